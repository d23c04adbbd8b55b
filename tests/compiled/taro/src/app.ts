import { useLaunch } from '@tarojs/taro'
import type { PropsWithChildren } from 'react'
import { useShop } from './store'
import './app.css'

export default function App({ children }: PropsWithChildren) {
  useLaunch(() => {
    useShop.getState().restore()
  })
  return children
}
