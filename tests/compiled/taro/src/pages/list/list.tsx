import { View } from '@tarojs/components'
import Taro, { useLoad, usePullDownRefresh, useReachBottom } from '@tarojs/taro'
import { useState } from 'react'
import { ask, type Product } from '../../api'
import { ProductCard } from '../../components/ProductCard'
import { TabStrip } from '../../components/TabStrip'

const CATEGORIES = ['全部', '茶', '杯', '壶']

export default function List() {
  const [category, setCategory] = useState('全部')
  const [{ items, more, page }, setShown] = useState({ items: [] as Product[], more: true, page: 0 })

  const load = async (wanted: string, next: number) => {
    const query = { page: next, category: wanted === '全部' ? '' : wanted }
    const found = await ask<{ items: Product[]; more: boolean }>('/products', query)
    setShown({ items: next === 1 ? found.items : [...items, ...found.items], more: found.more, page: next })
  }
  const choose = (tab: string) => {
    setCategory(tab)
    load(tab, 1)
  }
  useLoad(() => load(category, 1))
  useReachBottom(() => {
    if (more) load(category, page + 1)
  })
  usePullDownRefresh(async () => {
    await load(category, 1)
    Taro.stopPullDownRefresh()
    Taro.showToast({ title: '已更新', icon: 'none' })
  })
  return (
    <View className='page'>
      <TabStrip tabs={CATEGORIES} current={category} onChoose={choose} />
      {items.map((product) => (
        <ProductCard key={product.id} product={product} />
      ))}
      <View className='quiet' id='end'>{more ? '上拉加载更多' : `共 ${items.length} 件`}</View>
    </View>
  )
}
