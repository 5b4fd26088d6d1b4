import Foundation
import Testing

@testable import RenderCore

/// The one form in which names are compared.
@Suite struct FoldedNameTests {
    @Test(
        arguments: [
            // Plain letters, and nothing to change.
            ("cat.yaml", "cat.yaml"), ("Cat (2).PNG", "cat (2).png"), ("", ""), ("_-~!#%", "_-~!#%"), ("橘猫", "橘猫"),
            // Accents in one piece, as letter and mark, and in upper case.
            ("é", "é"), ("e\u{301}", "é"), ("E\u{301}", "é"), ("É", "é"), ("Å", "å"), ("\u{212B}", "å"),
            ("ệ", "ệ"), ("e\u{302}\u{323}", "ệ"), ("が", "が"), ("か\u{3099}", "が"), ("한", "한"),
            ("\u{1112}\u{1161}\u{11AB}", "한"),
            ("E\u{301}te\u{301} 🌞", "e\u{301}te\u{301} 🌞"), ("Été 🌞", "e\u{301}te\u{301} 🌞"),
            ("\u{10413}\u{301}", "\u{1043B}\u{301}"),
            // Letters whose other case is more than one, or no letter of its own.
            ("Straße", "strasse"), ("STRASSE", "strasse"), ("STRAẞE", "strasse"), ("ﬁlm", "film"), ("FILM", "film"),
            ("ΟΔΟΣ", "οδοσ"), ("οδος", "οδοσ"), ("οδοσ", "οδοσ"), ("Wachſtube", "wachstube"), ("\u{212A}", "k"),
            ("\u{2126}", "ω"), ("µ", "μ"), ("ŉ", "ʼn"), ("ǰ", "ǰ"), ("J\u{30C}", "ǰ"),
            // Dots that a letter has anyway.
            ("İzmir", "izmir"), ("I\u{307}zmir", "izmir"), ("izmir", "izmir"), ("IZMIR", "izmir"), ("ızmır", "izmir"),
            ("i\u{307}", "i"), ("i\u{323}\u{307}", "ị"), ("ż", "ż"), ("Ż", "ż"), ("ė", "ė"),
            // A Greek mark that becomes a letter.
            ("ᾴ", "άι"), ("α\u{345}\u{301}", "άι"), ("ᾼ", "αι"), ("ΑΙ", "αι"),
        ] as [(String, String)])
    func `names have this form`(name: String, form: String) {
        #expect(Array(name.foldedName.utf8) == Array(form.utf8))
    }

    @Test(arguments: [("e", "é"), ("ﾈ", "ネ"), ("²", "2"), ("а", "a"), ("o", "ø"), ("ae", "æ"), ("l", "ł"), ("–", "-")])
    func `what only looks alike stays different`(left: String, right: String) {
        #expect(left.foldedName != right.foldedName)
    }

    /// Every character that case or normalization changes, alone and under marks.
    private static let letters: [Unicode.Scalar] = (0..<0x20000).compactMap { Unicode.Scalar($0) }.filter { scalar in
        let properties = scalar.properties
        guard properties.generalCategory != .unassigned, properties.generalCategory != .surrogate else { return false }
        // Of the eleven thousand syllables of Korean a few are enough.
        if (0xAC00...0xD7A3).contains(scalar.value) { return scalar.value % 500 == 0 }
        let text = String(scalar)
        return properties.isCased || properties.changesWhenCaseFolded || properties.canonicalCombiningClass.rawValue > 0
            || !text.decomposedStringWithCanonicalMapping.utf8.elementsEqual(text.utf8)
            || !text.precomposedStringWithCanonicalMapping.utf8.elementsEqual(text.utf8)
    }

    @Test(arguments: ["", "\u{301}", "\u{307}", "\u{323}\u{307}", "\u{345}", "\u{345}\u{301}", "\u{338}"])
    func `the form is its own form and the same for every spelling`(marks: String) {
        #expect(Self.letters.count > 4000)
        for letter in Self.letters {
            let name = "x" + String(letter) + marks
            let form = Array(name.foldedName.utf8)
            // Foundation makes other letters of some beyond U+FFFF.
            let composed = name.precomposedStringWithCanonicalMapping
            let spellings = [
                name.foldedName, name.decomposedStringWithCanonicalMapping, composed == name ? composed : name,
                name.decomposedStringWithCanonicalMapping.uppercased(),
                name.decomposedStringWithCanonicalMapping.lowercased(),
            ]
            for spelling in spellings where Array(spelling.foldedName.utf8) != form {
                let code = String(letter.value, radix: 16, uppercase: true)
                Issue.record("U+\(code) under \(marks.unicodeScalars.map(\.value)): \(spelling) is another form")
            }
        }
    }

    @Test func `a part of a path has the form that it has alone`() {
        for (folder, name) in [("Été", "E\u{301}te\u{301}"), ("Straße", "\u{338}x"), ("i", "\u{307}")] {
            let whole = "\(folder)/\(name)".foldedName
            #expect(Array(whole.utf8) == Array("\(folder.foldedName)/\(name.foldedName)".utf8))
        }
    }
}
