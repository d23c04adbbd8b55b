"""Pictures and files a person chooses, looks at and keeps: ``wx`` as it is documented, effects seen outside."""

from __future__ import annotations

import base64
from pathlib import Path

from harness.automator.client import SimulatorClient
from tests.support.phone import HONG, READ, Phone, phone_of, png


class TestPictures:
    def test_chosen_ones_are_the_test_s(self, phone: Phone, tmp_path: Path) -> None:
        (tmp_path / "cat.png").write_bytes(png(30, 20))
        phone.device_state(pictures=[tmp_path / "cat.png", png(4, 4)])
        chosen = phone.ask("chooseImage", {"count": 1})
        (path,) = chosen["tempFilePaths"]
        assert path.startswith("http://tmp/")
        assert path.endswith(".png")
        assert base64.b64decode(phone.run(READ, path)) == png(30, 20)
        assert chosen["tempFiles"] == [{"path": path, "size": len(png(30, 20))}]
        media = phone.ask("chooseMedia", {"mediaType": ["image"]})
        assert (media["type"], len(media["tempFiles"])) == ("image", 2)
        assert media["tempFiles"][1]["fileType"] == "image"

    def test_the_person_may_choose_none(self, phone: Phone) -> None:
        phone.device_state(pictures="cancel")
        for api in ("chooseImage", "chooseMedia"):
            assert phone.both_ways(api)["errMsg"] == f"{api}:fail cancel"

    def test_without_an_answer_a_sheet_asks(self, phone: Phone) -> None:
        phone.device_state(pictures=None)
        phone.run("() => { getApp().choosing = wx.chooseImage({ count: 1 }) }")
        phone.confirm(False)
        assert phone.run("() => getApp().choosing.catch(({ errMsg }) => errMsg)") == "chooseImage:fail cancel"
        sample = """async () => {
          const [path] = (await getApp().choosing).tempFilePaths
          return wx.getFileSystemManager().readFileSync(path, 'base64')
        }"""
        seen = []
        for _ in range(2):
            with phone_of(phone.control, HONG, answers={"chooseImage": True}) as other:
                other.run("() => { getApp().choosing = wx.chooseImage({ count: 1 }) }")
                seen.append(other.run(sample))
        assert seen[0] == seen[1], "the same picture each time"
        assert base64.b64decode(seen[0]).startswith(b"\x89PNG")

    def test_they_are_measured_and_changed(self, phone: Phone) -> None:
        phone.device_state(pictures=[png(40, 20)])
        src = phone.ask("chooseImage")["tempFilePaths"][0]
        info = phone.both_ways("getImageInfo", {"src": src})
        assert info == {
            "errMsg": "getImageInfo:ok",
            "width": 40,
            "height": 20,
            "type": "png",
            "orientation": "up",
            "path": src,
        }
        smaller = phone.ask("compressImage", {"src": src, "quality": 50, "compressedWidth": 20})[
            "tempFilePath"
        ]
        seen = phone.ask("getImageInfo", {"src": smaller})
        assert (seen["type"], seen["width"], seen["height"]) == ("jpeg", 20, 10)
        square = phone.ask("cropImage", {"src": src, "cropScale": "1:1"})["tempFilePath"]
        seen = phone.ask("getImageInfo", {"src": square})
        assert (seen["width"], seen["height"]) == (20, 20)
        assert (
            phone.refused("getImageInfo", {"src": "http://tmp/no.png"}) == "getImageInfo:fail file not found"
        )
        phone.run("() => wx.getFileSystemManager().writeFileSync('http://usr/x.png', 'no picture')")
        broken = phone.refused("getImageInfo", {"src": "http://usr/x.png"})
        assert broken == "getImageInfo:fail image decode fail"
        assert "parameter.src should be String instead of Undefined;" in phone.refused("getImageInfo")

    def test_what_is_saved_the_test_sees(self, control: SimulatorClient) -> None:
        device_state = {"pictures": [png(5, 5)], "permissions": {"scope.writePhotosAlbum": False}}
        with phone_of(control, HONG, device_state=device_state) as other:
            path = other.ask("chooseImage")["tempFilePaths"][0]
            denied = other.refused("saveImageToPhotosAlbum", {"filePath": path})
            assert denied == "saveImageToPhotosAlbum:fail auth deny"
            assert other.effects("saveImageToPhotosAlbum") == []
            other.device_state(permissions={"scope.writePhotosAlbum": True})
            other.ask("saveImageToPhotosAlbum", {"filePath": path})
            (saved,) = other.effects("saveImageToPhotosAlbum")
            assert base64.b64decode(saved["base64"]) == png(5, 5)
            wrong = other.refused("saveImageToPhotosAlbum", {"filePath": "https://far.example/x.png"})
            assert wrong == "saveImageToPhotosAlbum:fail invalid file type"

    def test_they_are_shown_until_touched(self, phone: Phone) -> None:
        phone.device_state(pictures=[png(40, 20)])
        paths = phone.ask("chooseImage")["tempFilePaths"] * 2
        phone.ask("previewImage", {"urls": paths, "current": paths[0]})
        count = "() => document.querySelectorAll('.sim-viewer img').length"
        assert phone.run(IN_PAGE, count) == 2
        phone.confirm(False)
        assert phone.run(IN_PAGE, count) == 0

    def test_files_of_a_chat_and_documents(self, phone: Phone, tmp_path: Path) -> None:
        (tmp_path / "账单.pdf").write_bytes(b"%PDF-1.4")
        phone.device_state(files=[tmp_path / "账单.pdf", png(1, 1)])
        (file,) = phone.ask("chooseMessageFile", {"count": 5, "extension": ["pdf"]})["tempFiles"]
        assert (file["name"], file["size"], file["type"]) == ("账单.pdf", 8, "file")
        phone.ask("openDocument", {"filePath": file["path"]})
        phone.confirm()
        assert phone.effects("openDocument") == [{"filePath": file["path"], "fileType": "pdf"}]
        assert phone.refused("openDocument", {"filePath": "http://usr/none.pdf"}) == (
            "openDocument:fail file doesn't exist"
        )


IN_PAGE = "(code) => (0, (Function('return this')())).Function(`return (${code})()`)()"
