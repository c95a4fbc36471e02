import Chain
import Testing

@Suite("Places of nodes")
struct NodePlaceTests {
    @Test("A node that shares a place with one before it is that one")
    func repeats() {
        let (a, b, c) = (NodePlace(host: "a"), NodePlace(host: "b"), NodePlace(host: "b", port: "1"))
        #expect(NodePlace.repeats([]) == [])
        #expect(NodePlace.repeats([[a], [b], [c]]) == [nil, nil, nil])
        #expect(NodePlace.repeats([[a], [b], [a]]) == [nil, nil, 0])
        #expect(NodePlace.repeats([[a, b], [c], [b], [a, c]]) == [nil, nil, 0, 0])
    }
}
