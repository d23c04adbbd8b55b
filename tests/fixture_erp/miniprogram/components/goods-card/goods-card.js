Component({
  properties: { goods: Object },
  data: { num: 1 },
  methods: {
    onNum({ detail }) {
      this.setData({ num: detail.value });
    },
    onBuy() {
      this.triggerEvent('buy', { outerId: this.data.goods.outerId, num: Number(this.data.num) || 1 });
    }
  }
});
