import { Text } from '@tarojs/components'

export function PriceTag({ cents, large = false }: { cents: number; large?: boolean }) {
  return <Text className={large ? 'price large' : 'price'}>¥{(cents / 100).toFixed(2)}</Text>
}
