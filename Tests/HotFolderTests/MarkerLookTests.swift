import Testing

@testable import HotFolder

/// Shares show a file that is being replaced as missing for a moment.
@Suite struct MarkerLookTests {
    @Test(arguments: [(true, 1, true), (true, 3, true), (true, 4, false), (false, 0, true), (false, 1, false)])
    func `a marker that is missing for a moment is looked for again on a share`(
        patiently: Bool, missing: Int, isFound: Bool
    ) throws {
        var looks = 0
        let found = try FolderMarker.find(patiently: patiently) { () -> Int? in
            looks += 1
            return looks > missing ? looks : nil
        }
        #expect((found != nil) == isFound)
        #expect(looks == (isFound ? missing + 1 : patiently ? 4 : 1))
    }
}
