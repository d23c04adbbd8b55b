import { Text, View } from '@tarojs/components'
import { useDidShow } from '@tarojs/taro'
import { useState } from 'react'
import { ask, open, type Order } from '../../api'
import { EmptyNote } from '../../components/EmptyNote'
import { PriceTag } from '../../components/PriceTag'
import { TabStrip } from '../../components/TabStrip'

const STATES = ['全部', '待发货', '已完成']

export default function Orders() {
  const [orders, setOrders] = useState<Order[]>([])
  const [state, setState] = useState('全部')

  useDidShow(async () => setOrders(await ask<Order[]>('/orders')))
  const shown = orders.filter((order) => state === '全部' || order.state === state)
  return (
    <View className='page'>
      <TabStrip tabs={STATES} current={state} onChoose={setState} />
      {shown.map((order) => (
        <View key={order.id} className='panel row' onClick={() => open('order', `?id=${order.id}`)}>
          <Text>订单 {order.id}</Text>
          <Text className='quiet'>{order.state}</Text>
          <PriceTag cents={order.cents} />
        </View>
      ))}
      {shown.length === 0 && <EmptyNote words='没有订单' />}
    </View>
  )
}
