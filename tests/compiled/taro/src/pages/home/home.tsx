import { Swiper, SwiperItem, View } from '@tarojs/components'
import { useLoad } from '@tarojs/taro'
import { useState } from 'react'
import { ask, open, type Product } from '../../api'
import { ProductCard } from '../../components/ProductCard'

const BANNERS = ['春茶上新', '满百包邮', '老壶新泡']

export default function Home() {
  const [best, setBest] = useState<Product[]>([])
  useLoad(async () => {
    const { items } = await ask<{ items: Product[] }>('/products', { page: 1 })
    setBest(items.slice(0, 3))
  })
  return (
    <View className='page'>
      <View className='panel quiet' id='to-search' onClick={() => open('search')}>搜索商品</View>
      <Swiper className='banners' autoplay circular interval={60000}>
        {BANNERS.map((banner) => (
          <SwiperItem key={banner}>
            <View className='banner'>{banner}</View>
          </SwiperItem>
        ))}
      </Swiper>
      <View className='title'>大家在买</View>
      {best.map((product) => (
        <ProductCard key={product.id} product={product} />
      ))}
    </View>
  )
}
