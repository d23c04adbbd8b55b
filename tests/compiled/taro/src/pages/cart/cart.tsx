import { Button, Text, View } from '@tarojs/components'
import Taro from '@tarojs/taro'
import { open } from '../../api'
import { CountStepper } from '../../components/CountStepper'
import { EmptyNote } from '../../components/EmptyNote'
import { PriceTag } from '../../components/PriceTag'
import { countOf, totalOf, useShop } from '../../store'

export default function Cart() {
  const shop = useShop()

  const remove = async (id: number, name: string) => {
    const { confirm } = await Taro.showModal({ title: '删除', content: `不要${name}了吗？` })
    if (confirm) shop.remove(id)
  }
  const browse = () => Taro.switchTab({ url: '/pages/list/list' })

  return (
    <View className='page'>
      {shop.lines.map(({ id, name, cents, count }) => (
        <View key={id} className='panel row'>
          <View>
            <View>{name}</View>
            <PriceTag cents={cents * count} />
          </View>
          <CountStepper value={count} onChange={(value) => shop.change(id, value)} />
          <Text className='quiet' onClick={() => remove(id, name)}>删除</Text>
        </View>
      ))}
      {shop.lines.length === 0 ? (
        <EmptyNote words='购物车是空的' action={<Button size='mini' onClick={browse}>去逛逛</Button>} />
      ) : (
        <View className='panel row'>
          <Text>合计 {countOf(shop)} 件</Text>
          <PriceTag cents={totalOf(shop)} large />
          <Button className='main' size='mini' onClick={() => open('checkout')}>去结算</Button>
        </View>
      )}
    </View>
  )
}
