export default definePageConfig({ navigationBarTitleText: '茶铺' })
