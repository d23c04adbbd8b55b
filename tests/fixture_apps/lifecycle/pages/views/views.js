Page({
  data: {
    user: { name: 'Ming', age: 3 },
    kind: 'big',
    list: ['x', 'y'],
    none: null,
    size: 2,
    when: 1700000000000,
  },
})
