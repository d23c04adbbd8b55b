import { View } from '@tarojs/components'
import { memo, type PropsWithChildren } from 'react'
import { open, type Product } from '../api'
import { PriceTag } from './PriceTag'

export const ProductCard = memo(function ProductCard({ product, children }: PropsWithChildren<{ product: Product }>) {
  return (
    <View className='panel row card' onClick={() => open('detail', `?id=${product.id}`)}>
      <View className='picture'>{product.category}</View>
      <View className='words'>
        <View className='name'>{product.name}</View>
        <View className='quiet'>{children ?? product.category}</View>
      </View>
      <PriceTag cents={product.cents} />
    </View>
  )
})
