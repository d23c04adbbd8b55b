import { Button, Form, Input, Picker, Switch, Text, View } from '@tarojs/components'
import Taro from '@tarojs/taro'
import { useState } from 'react'
import type { Address as Fields } from '../../api'
import { FormField } from '../../components/FormField'
import { useShop } from '../../store'

const CITIES = ['北京', '上海', '杭州', '成都']

function problemsOf({ name, phone, city, detail }: Fields): Partial<Fields> {
  return {
    ...(name.trim() === '' && { name: '请填写姓名' }),
    ...(!/^1\d{10}$/.test(phone) && { phone: '手机号应为 11 位' }),
    ...(city === '' && { city: '请选择城市' }),
    ...(detail.length < 4 && { detail: '地址太短' }),
  }
}

export default function Address() {
  const { address, live } = useShop()
  const [form, setForm] = useState<Fields>(address ?? { name: '', phone: '', city: '', detail: '' })
  const [problems, setProblems] = useState<Partial<Fields>>({})
  const [standard, setStandard] = useState(true)

  const put = (part: Partial<Fields>) => setForm((before) => ({ ...before, ...part }))
  const save = () => {
    const found = problemsOf(form)
    setProblems(found)
    if (Object.keys(found).length > 0) return
    live(form)
    Taro.navigateBack()
  }
  return (
    <Form className='page' onSubmit={save}>
      <View className='panel'>
        <FormField label='姓名' problem={problems.name}>
          <Input
            id='name'
            name='name'
            value={form.name}
            placeholder='收货人'
            onInput={({ detail }) => put({ name: detail.value })}
          />
        </FormField>
        <FormField label='手机' problem={problems.phone}>
          <Input
            id='phone'
            name='phone'
            type='number'
            maxlength={11}
            value={form.phone}
            placeholder='11 位手机号'
            onInput={({ detail }) => put({ phone: detail.value })}
          />
        </FormField>
        <FormField label='城市' problem={problems.city}>
          <Picker
            id='city'
            mode='selector'
            range={CITIES}
            onChange={({ detail }) => put({ city: CITIES[Number(detail.value)] })}
          >
            <Text>{form.city || '请选择'}</Text>
          </Picker>
        </FormField>
        <FormField label='地址' problem={problems.detail}>
          <Input
            id='detail'
            name='detail'
            value={form.detail}
            placeholder='街道和门牌'
            onInput={({ detail }) => put({ detail: detail.value })}
          />
        </FormField>
        <FormField label='默认'>
          <Switch id='standard' checked={standard} onChange={({ detail }) => setStandard(detail.value)} />
        </FormField>
      </View>
      <Button className='main' formType='submit'>保存</Button>
    </Form>
  )
}
