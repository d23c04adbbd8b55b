import { Button, Text, View } from '@tarojs/components'
import { useDidShow } from '@tarojs/taro'
import { useState } from 'react'
import { ask, open, type Order } from '../../api'
import { countOf, useShop } from '../../store'

interface Problem {
  title: string
}

function report(problem?: Problem) {
  const { title } = problem! // planted: page
  return title
}

async function reportLater() {
  await ask<Order[]>('/orders')
  const problem = [] as Problem[]
  return problem[0].title // planted: promise
}

export default function Me() {
  const shop = useShop()
  const [ordered, setOrdered] = useState(0)

  useDidShow(async () => setOrdered((await ask<Order[]>('/orders')).length))
  return (
    <View className='page'>
      <View className='panel row' onClick={() => open('orders')}>
        <Text>我的订单</Text>
        <Text id='ordered'>{ordered}</Text>
      </View>
      <View className='panel row'>
        <Text>购物车</Text>
        <Text>{countOf(shop)} 件</Text>
      </View>
      <Button onClick={() => report()}>报告问题</Button>
      <Button onClick={reportLater}>稍后报告</Button>
      <Button onClick={() => shop.audit()}>核对购物车</Button>
    </View>
  )
}
