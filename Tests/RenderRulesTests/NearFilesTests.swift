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

    @Test(arguments: [
        ("cat.jpg，dog.jpg", "U+FF0C fullwidth comma stands in the name behind `cat.jpg`", "type `[cat.jpg, dog.jpg]`"),
        ("cat.jpg、dog.jpg", "U+3001 ideographic comma stands in the name behind", "type `[cat.jpg, dog.jpg]`"),
        ("cat.jpg, dog.jpg", "a comma stands in the name behind `cat.jpg`", "type `[cat.jpg, dog.jpg]`"),
        ("cat.jpg; dog.jpg", "a semicolon stands in the name behind `cat.jpg`", "type `[cat.jpg, dog.jpg]`"),
        ("cat.jpg dog.png", "a blank stands in the name behind `cat.jpg`", "type `[cat.jpg, dog.png]`"),
        ("【“cat.jpg”，“dog.jpg”】", "U+FF0C fullwidth comma", "type `[cat.jpg, dog.jpg]`"),
        ("– cat.jpg", "U+2013 en dash stands at the beginning of the name", "type `- cat.jpg`"),
        ("— cat.jpg — dog.jpg", "U+2014 em dash stands at the beginning", "each file in a line of its own"),
        ("• cat.jpg", "U+2022 bullet stands at the beginning", "type `- cat.jpg`"),
        ("www.example.com/a.jpg", "if this is a link", "write `https://www.example.com/a.jpg`"),
        ("cdn.example.com/x/y", "if this is a link", "write `https://cdn.example.com/x/y`"),
        ("my%20cat.jpg", "written as in a link", "write `my cat.jpg`"),
        ("cat.jpg?dl=1", "written as in a link", "write `cat.jpg`"),
    ])
    func `the advice names what was typed, and what to type`(name: String, what: String, toType: String) {
        let advice = NearFile.advice(for: name, near: [])
        #expect(advice.contains(what) && advice.contains(toType), "\(advice)")
    }

    @Test(arguments: [
        "photos/a.jpg", "v1.2/a.jpg", "red, green.jpg", "图片，封面.jpg", "100%.jpg", "a -- b.jpg", "is it.jpg?",
    ])
    func `an ordinary name gets no such advice`(name: String) {
        #expect(NearFile.advice(for: name, near: []) == "put it there")
    }

    @Test func `a name as in a link leads to the file`() {
        let files = NearFiles(["acme/my cat.jpg", "acme/dog.jpg"])
        #expect(files.near("my%20cat.jpg", below: "acme") == ["my cat.jpg"])
        #expect(files.near("dog.jpg?dl=1", below: "acme") == ["dog.jpg"])
    }

    @Test(.timeLimit(.minutes(2))) func `thousands of names that look alike take no time`() {
        let files = NearFiles((0..<20_000).map { "folder\($0 % 100)/lamp\($0).jpg" })
        for number in 0..<2_000 {
            #expect(files.near("lamp\(number).png", below: "folder\(number % 100)") == ["lamp\(number).jpg"])
        }
    }
}
