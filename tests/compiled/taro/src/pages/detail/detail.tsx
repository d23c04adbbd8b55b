import { Button, RichText, Text, View } from '@tarojs/components'
import Taro, { useLoad } from '@tarojs/taro'
import { useState } from 'react'
import { ask, type Product } from '../../api'
import { CountStepper } from '../../components/CountStepper'
import { PriceTag } from '../../components/PriceTag'
import { countOf, useShop } from '../../store'

export default function Detail() {
  const [product, setProduct] = useState<Product>()
  const [count, setCount] = useState(1)
  const inCart = useShop(countOf)
  const add = useShop((shop) => shop.add)

  useLoad(async ({ id }: { id: string }) => {
    const found = await ask<Product>(`/products/${id}`)
    setProduct(found)
    Taro.setNavigationBarTitle({ title: found.name })
  })
  if (!product) return null
  const put = () => {
    add(product, count)
    Taro.showToast({ title: '已加入购物车' })
  }
  return (
    <View className='page'>
      <View className='panel'>
        <View className='title' id='name'>{product.name}</View>
        <PriceTag cents={product.cents} large />
        <RichText nodes={product.note ?? ''} />
      </View>
      <View className='panel row'>
        <Text>数量</Text>
        <CountStepper value={count} onChange={setCount} />
      </View>
      <Button className='main' onClick={put}>加入购物车</Button>
      <View className='quiet'>购物车里有 {inCart} 件</View>
    </View>
  )
}
