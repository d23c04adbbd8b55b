import { Text, View } from '@tarojs/components'
import type { PropsWithChildren } from 'react'

export function FormField({ label, problem, children }: PropsWithChildren<{ label: string; problem?: string }>) {
  return (
    <View className='field'>
      <View className='row'>
        <Text className='label'>{label}</Text>
        {children}
      </View>
      {problem && <View className='problem'>{problem}</View>}
    </View>
  )
}
