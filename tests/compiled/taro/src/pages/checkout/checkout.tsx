import { Button, Picker, Text, Textarea, View } from '@tarojs/components'
import Taro from '@tarojs/taro'
import { useState } from 'react'
import { ask, open, type Order } from '../../api'
import { PriceTag } from '../../components/PriceTag'
import { useShop } from '../../store'

const WAYS = ['快递', '自提']

export default function Checkout() {
  const { address, lines, empty } = useShop()
  const [way, setWay] = useState(0)
  const [words, setWords] = useState('')

  const pay = async () => {
    const wanted = lines.map(({ id, count }) => ({ id, count }))
    Taro.showLoading({ title: '提交中', mask: true })
    const order = await ask<Order>('/orders', { lines: wanted, address, way: WAYS[way], words }, 'POST')
    Taro.hideLoading()
    empty()
    Taro.redirectTo({ url: `/pages/order/order?id=${order.id}` })
  }
  const confirm = () => Taro.showActionSheet({ itemList: ['微信支付', '货到付款'] }).then(pay)

  return (
    <View className='page'>
      <View className='panel' id='address' onClick={() => open('address')}>
        {address ? (
          <View>{address.name} {address.city}{address.detail}</View>
        ) : (
          <View className='quiet'>请填写收货地址</View>
        )}
      </View>
      <View className='panel'>
        {lines.map(({ id, name, cents, count }) => (
          <View key={id} className='row'>
            <Text>{name} ×{count}</Text>
            <PriceTag cents={cents * count} />
          </View>
        ))}
      </View>
      <View className='panel'>
        <Picker id='way' mode='selector' range={WAYS} value={way} onChange={({ detail }) => setWay(Number(detail.value))}>
          <View className='row'>
            <Text>配送</Text>
            <Text>{WAYS[way]}</Text>
          </View>
        </Picker>
        <Textarea
          id='message'
          className='message'
          value={words}
          placeholder='给店家留言'
          maxlength={40}
          autoHeight
          onInput={({ detail }) => setWords(detail.value)}
        />
      </View>
      <Button className='main' disabled={address === null || lines.length === 0} onClick={confirm}>提交订单</Button>
    </View>
  )
}
