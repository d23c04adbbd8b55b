import { Button, Text, View } from '@tarojs/components'
import { useLoad } from '@tarojs/taro'
import { useState } from 'react'
import { ask, open, type Order as Ordered } from '../../api'
import { PriceTag } from '../../components/PriceTag'

export default function Order() {
  const [order, setOrder] = useState<Ordered>()

  useLoad(async ({ id }: { id: string }) => setOrder(await ask<Ordered>(`/orders/${id}`)))
  if (!order) return null
  return (
    <View className='page'>
      <View className='panel'>
        <View className='title' id='number'>订单 {order.id}</View>
        <View className='quiet'>{order.state}</View>
        <View>{order.address.name} {order.address.phone}</View>
      </View>
      <View className='panel'>
        {order.lines.map(({ id, name, cents, count }) => (
          <View key={id} className='row'>
            <Text>{name} ×{count}</Text>
            <PriceTag cents={cents * count} />
          </View>
        ))}
      </View>
      <Button onClick={() => open('orders')}>全部订单</Button>
    </View>
  )
}
