import RenderCore
import Testing

@Suite struct ConflictCopyTests {
    @Test(arguments: [
        "poster.sync-conflict-20261128-101112-ABCDEFG.yaml", "poster.sync-conflict-20261128-101112.yaml",
        "poster (conflicted copy 2026-11-28 101112).yaml", "poster (conflicted copy ann 2026-11-28 101112).yaml",
        "poster (Studio's conflicted copy 2026-11-28).yaml", "poster (Studio’s conflicted copy 2026-11-28).yaml",
        "poster (Studio's conflicted copy 2026-11-28) (1).yaml",
        "poster (Studio's conflicted copy 2026-11-28 (2)).yaml",
        "POSTER (STUDIO'S CONFLICTED COPY 2026-11-28).YAML", "poster (Case Conflict).yaml",
        "poster (Case Conflict 1).yaml",
        "poster (Unicode Encoding Conflict).yaml", "poster (case clash from ann 2026-11-28 101112).yaml",
        "poster (In Konflikt stehende Kopie von Studio 2026-11-28).yaml",
        "poster (Konfliktkopie von Studio 2026-11-28).yaml",
        "poster (Copie en conflit de Studio 2026-11-28).yaml", "poster (Copia en conflicto de Studio 2026-11-28).yaml",
        "poster (copia in conflitto di Studio 2026-11-28).yaml", "poster (Cópia em conflito de Studio 2026-11-28).yaml",
        "poster (Co\u{301}pia em conflito de Studio).yaml", "poster (Studio の競合コピー 2026-11-28).yaml",
        "poster (Studio 的冲突副本 2026-11-28).yaml", "poster（Studio 的衝突複本 2026-11-28）.yaml",
        "poster (Studio의 충돌된 사본 2026-11-28).yaml", "poster (конфликтующая копия Studio 2026-11-28).yaml",
        "poster (conflicterende kopie van Studio 2026-11-28).yaml", "poster_conflict-20261128-101112.yaml",
        "poster_conf(1).yaml", "poster-WIN-1A2B3C4D5E6.yaml", "poster-DESKTOP-ABC123.yaml",
        "poster-DESKTOP-AB12CD3.yaml", "poster-LAPTOP-AB12CD34.yaml",
        "poster-DESKTOP-AB12CD3-2.yaml",
        "poster_Studio_Nov-28-101112-2026_Conflict.yaml",
        "poster (SFConflict ann@example.com 2026-11-28-10-11-12).yaml",
        "poster.conflict1.yaml", "poster [conflicted].yaml",
        "poster_ANN-PC_conflict_20261128.yaml", "poster_conflict_20261128-101112.yaml",
    ])
    func `a sync program's copy is known by its name alone`(name: String) throws {
        let copy = try #require(ConflictCopy(name: name))
        #expect(!copy.needsOriginal)
        #expect(copy.original.lowercased() == "poster.yaml")
    }

    @Test(arguments: [
        "Acme (Selective Sync Conflict)", "shop/Acme (Ann's conflicted copy 2026-11-28)/new",
        "Acme (Schreibschutzkonflikte)",
        "Acme.sync-conflict-20261128-101112-ABCDEFG",
    ])
    func `a folder may be a copy as well`(folder: String) {
        #expect(ConflictCopy(folder: folder)?.original == "Acme")
    }

    @Test(arguments: ["", "Acme", "Acme (1)", "Acme-STUDIO-PC", "conflicts/2026", "Acme (2026)"])
    func `a folder that people name is none`(folder: String) {
        #expect(ConflictCopy(folder: folder) == nil)
    }

    @Test(arguments: [
        "poster (1).yaml", "poster (12).yaml", "poster-STUDIO-PC.yaml", "poster-Ann’s MacBook Pro.yaml",
        "poster.Conflict.yaml", "poster_conflict.yaml", "poster (Conflict).yaml", "poster (Konflikt 2).yaml",
    ])
    func `a name that a person may give counts beside the original only`(name: String) throws {
        let copy = try #require(ConflictCopy(name: name))
        #expect(copy.needsOriginal && copy.original == "poster.yaml")
    }

    @Test(arguments: [
        "poster.yaml", "conflict.yaml", "conflict-of-interest.yaml", "armed conflict (1939-1945).yaml",
        "poster (red).yaml",
        "poster (2026-11-28).yaml", "conflict (2).json.bak.d", "poster-desktop-wallpaper.yaml",
        "my-laptop-stickers.yaml", "poster-desktop-20261128.yaml", "poster-win-win.yaml",
        "(conflicted copy 2026-11-28).yaml", "poster-desktop.yaml", "sync-conflict.yaml",
        "poster.sync-conflict-new.yaml",
        "Konflikt (Entwurf).yaml", ".yaml", "", "()", "poster (.yaml", "poster ).yaml", "resolved conflict.yaml",
        "the_conflict.yaml", "love_and_Conflict.yaml", "poster 2.yaml", "war_conflict_1939.yaml",
    ])
    func `an ordinary name is none`(name: String) {
        #expect(ConflictCopy(name: name).map(\.needsOriginal) ?? true)
    }

    @Test func `poster 2 is a job of its own`() {
        #expect(ConflictCopy(name: "poster 2.yaml") == nil)
        #expect(ConflictCopy(name: "poster (conflict of interest).yaml") == nil)
    }
}
