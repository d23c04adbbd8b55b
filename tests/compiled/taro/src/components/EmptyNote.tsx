import { Text, View } from '@tarojs/components'
import type { ReactNode } from 'react'

export function EmptyNote({ words, action }: { words: string; action?: ReactNode }) {
  return (
    <View className='empty'>
      <Text>{words}</Text>
      {action}
    </View>
  )
}
