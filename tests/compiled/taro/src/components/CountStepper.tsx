import { Text, View } from '@tarojs/components'

interface Props {
  value: number
  least?: number
  most?: number
  onChange(value: number): void
}

export function CountStepper({ value, least = 1, most = 9, onChange }: Props) {
  const step = (by: number) => onChange(Math.min(most, Math.max(least, value + by)))
  return (
    <View className='stepper'>
      <View className={value <= least ? 'key off' : 'key'} onClick={() => step(-1)}>－</View>
      <Text className='count' id='count'>{value}</Text>
      <View className={value >= most ? 'key off' : 'key'} onClick={() => step(1)}>＋</View>
    </View>
  )
}
