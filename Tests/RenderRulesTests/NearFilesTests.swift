import RenderCore
import Testing

@Suite struct NearFilesTests {
    @Test(arguments: [
        ("lamp.jpg", "lamp.jpg.jpg"), ("lamp.jpg.jpg", "lamp.jpg"), ("lamp", "lamp.jpg"), ("lamp.jpeg", "lamp.jpg"),
        ("IMG_0001.jpg", "IMG_0001.HEIC"), ("“lamp.jpg”", "lamp.jpg"), ("lamp.jpg", "lamp (1).jpg"),
        ("lamp.jpg", "lamp - Copy.jpg"), ("lamp.jpg", "Copy of lamp.jpg"), ("lamp.png", "LAMP.webp"),
        ("lamp.jpg", "lamp.JPG.part.jpg"),
        ("photos/lamp.jpg", "lamp.jpg"), ("lamp.jpg", "photos/lamp.jpg"), ("cafe\u{301}.jpg", "caf\u{E9}.png"),
        ("red lamp.jpg", "red_lamp.jpg"), ("red-lamp.jpg", "Red Lamp.jpeg"), ("lapm.jpg", "lamp.jpg"),
        ("lampe.jpg", "lamp.jpg"),
        ("kamp.jpg", "lamp.jpg"), ("lamp\u{A0}1.jpg", "lamp 1.jpg"), ("lamp\u{200B}.jpg", "lamp.jpg"),
        ("lаmp.jpg", "lamp.jpg"),
        ("clip.mov", "clip.mp4"), ("lamp.jpg ", "lamp.jpg"), ("ｌａｍｐ.jpg", "lamp.jpg"),
    ])
    func `a near name is found`(asked: String, there: String) {
        let isPart = there.contains(".part.")
        #expect(NearFiles(["other.png", there]).near(asked) == (isPart ? [] : [there]))
    }

    @Test(arguments: [
        ("IMG_0001.jpg", "IMG_0002.jpg"), ("cat.jpg", "dog.jpg"), ("a.jpg", "b.jpg"), ("", "lamp.jpg"),
        ("...", "lamp.jpg"),
    ])
    func `another picture is not`(asked: String, there: String) {
        #expect(NearFiles([there]).near(asked) == [])
    }

    @Test func `names are told as the job would write them, those beside it first`() {
        let files = NearFiles(["acme/old/lamp.png", "acme/lamp.png", "lamp.gif", "zoo/lamp.png"])
        #expect(files.near("lamp.jpg", below: "acme") == ["lamp.png", "old/lamp.png"])
        #expect(files.near("lamp.jpg", below: "acme/old") == ["lamp.png"])
        #expect(files.near("lamp.jpg", below: "nobody") == [])
        #expect(files.near("lamp.jpg").first == "lamp.gif" && files.near("lamp.jpg").count == 3)
    }

    @Test func `the advice names them, and the character that nobody can see`() {
        #expect(NearFile.advice(for: "a.jpg", near: []) == "put it there")
        #expect(
            NearFile.advice(for: "a.jpg", near: ["b.jpg", "c.jpg"])
                == "did you mean `b.jpg` or `c.jpg`? Write that name, or rename the file")
        #expect(
            NearFile.advice(for: "“a.jpg”", near: []).hasPrefix("U+201C left double quotation mark stands in the name"))
        #expect(NearFile.advice(for: "a\u{A0}b.jpg", near: []).hasPrefix("U+00A0 no-break space stands in the name"))
        #expect(NearFile.advice(for: "图片（1）.jpg", near: []) == "put it there")
    }

    @Test(.timeLimit(.minutes(2))) func `thousands of names that look alike take no time`() {
        let files = NearFiles((0..<20_000).map { "folder\($0 % 100)/lamp\($0).jpg" })
        for number in 0..<2_000 {
            #expect(files.near("lamp\(number).png", below: "folder\(number % 100)") == ["lamp\(number).jpg"])
        }
    }
}
