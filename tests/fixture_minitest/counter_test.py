"""A MiniTest suite as its users write them; nothing of it knows who runs the mini-program."""

import minium


class CounterTest(minium.MiniTest):
    def test_counts(self):
        page = self.app.get_current_page()
        page.get_element("#add").tap()
        self.assertEqual(page.get_element("#count").inner_text, "1", "one tap")

    def test_opens_detail(self):
        self.app.navigate_to("/pages/detail/detail")
        self.assertEqual(self.app.get_current_page().path, "/pages/detail/detail")


class WrongTest(minium.MiniTest):
    """Each test of this class ends in another way than passed."""

    def test_wrong_number(self):
        page = self.app.get_current_page()
        page.get_element("#add").tap()
        self.assertEqual(page.get_element("#count").inner_text, "7", "a number that is wrong")

    def test_nothing_there(self):
        self.app.get_current_page().get_element("#nowhere", max_timeout=0).tap()

    def test_own_mistake(self):
        raise ValueError("the test itself is wrong")

    def test_left_out(self):
        self.skipTest("not today")
