extension Array {
    /// The first elements in an order, sorted. Costs little more than one comparison for each element of a long list.
    public func first(_ most: Int, by precedes: (Element, Element) -> Bool) -> [Element] {
        guard count > most * 4 else { return Array(sorted(by: precedes).prefix(most)) }
        var found = prefix(most).sorted(by: precedes)
        for element in dropFirst(most) {
            guard let last = found.last, precedes(element, last) else { continue }
            found.removeLast()
            // After its equals, as a sort would leave it.
            let index = found.firstIndex { precedes(element, $0) } ?? found.endIndex
            found.insert(element, at: index)
        }
        return found
    }
}
