import { Button, Input, Text, View } from '@tarojs/components'
import { useState } from 'react'
import { ask, type Product } from '../../api'
import { EmptyNote } from '../../components/EmptyNote'
import { ProductCard } from '../../components/ProductCard'
import { useShop } from '../../store'

export default function Search() {
  const { searched, search } = useShop()
  const [words, setWords] = useState('')
  const [found, setFound] = useState<Product[]>()

  const look = async (wanted: string) => {
    setWords(wanted)
    search(wanted)
    setFound((await ask<{ items: Product[] }>('/products', { q: wanted })).items)
  }
  return (
    <View className='page'>
      <View className='panel row'>
        <Input
          id='words'
          value={words}
          placeholder='想找什么'
          confirmType='search'
          onInput={({ detail }) => setWords(detail.value)}
          onConfirm={() => look(words)}
        />
        <Button size='mini' onClick={() => look(words)}>搜索</Button>
      </View>
      <View className='row history'>
        {searched.map((old) => (
          <Text key={old} className='quiet' onClick={() => look(old)}>{old}</Text>
        ))}
      </View>
      {found?.map((product) => (
        <ProductCard key={product.id} product={product}>{words}</ProductCard>
      ))}
      {found?.length === 0 && <EmptyNote words='没有找到' />}
    </View>
  )
}
