// The built-in components of this simulator. A new one is a file with a declaration, listed here.

import type { EngineElement } from '../engine/nodes'
import type { Dict } from '../types'
import { button } from './button'
import { canvas } from './canvas'
import { checkbox, checkboxGroup, radio, radioGroup, switchControl } from './choices'
import { controlOf, type BuiltinDeclaration } from './control'
import { form, label } from './form'
import { coverImage, icon, image } from './image'
import { input, textarea } from './input'
import { matchMedia, pageContainer, rootPortal } from './layers'
import { navigatorLink } from './navigator'
import { navigationBar, pageMeta } from './page-meta'
import { movableArea, movableView } from './movable'
import { picker } from './picker'
import { pickerView, pickerViewColumn } from './picker-view'
import { richText } from './rich-text'
import { scrollView } from './scroll-view'
import { progress, slider } from './slider'
import { swiper, swiperItem } from './swiper'
import { video } from './video'
import { webView } from './web-view'

export const BUILTINS: readonly BuiltinDeclaration[] = [
  button,
  canvas,
  checkbox,
  checkboxGroup,
  coverImage,
  form,
  icon,
  image,
  input,
  label,
  matchMedia,
  movableArea,
  movableView,
  navigationBar,
  navigatorLink,
  pageContainer,
  pageMeta,
  picker,
  pickerView,
  pickerViewColumn,
  progress,
  radio,
  radioGroup,
  richText,
  rootPortal,
  scrollView,
  slider,
  swiper,
  swiperItem,
  switchControl,
  textarea,
  video,
  webView,
]

/** Default values of the properties of a built-in component; {} for a component of the app. */
export function defaultsOf(tag: string, element: EngineElement): Dict {
  if (!controlOf(element)) return {}
  const declaration = BUILTINS.find((builtin) => builtin.tag === tag)
  return Object.fromEntries(
    Object.entries(declaration?.properties ?? {}).map(([name, { value }]) => [name, value]),
  )
}
