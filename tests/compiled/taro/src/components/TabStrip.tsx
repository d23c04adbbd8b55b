import { ScrollView, Text } from '@tarojs/components'

interface Props {
  tabs: string[]
  current: string
  onChoose(tab: string): void
}

export function TabStrip({ tabs, current, onChoose }: Props) {
  return (
    <ScrollView className='strip' scrollX>
      {tabs.map((tab) => (
        <Text key={tab} className={tab === current ? 'tab on' : 'tab'} onClick={() => onChoose(tab)}>{tab}</Text>
      ))}
    </ScrollView>
  )
}
