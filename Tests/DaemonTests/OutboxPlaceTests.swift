import Store
import Testing

@testable import Daemon

/// The rule for readers, as `outbox read --follow` keeps it.
@Suite struct OutboxPlaceTests {
    private func place(_ position: Int64, knowing incarnation: Int32) throws -> OutboxPlace {
        var place = OutboxPlace(position: position)
        #expect(try !place.turn(OutboxTurn(newest: incarnation, firstPosition: nil)))
        return place
    }

    @Test func whatItBeginsWithIsNoNews() throws {
        let place = try place(7, knowing: 3)
        #expect(place.position == 7 && place.incarnation == 3)
    }

    @Test(arguments: [(7, 5, 4), (7, 8, 7), (7, 100, 7), (0, 1, 0)] as [(Int64, Int64, Int64)])
    func aNewerOneTakesItBackAndNeverForward(_ position: Int64, _ first: Int64, _ expected: Int64) throws {
        var place = try place(position, knowing: 1)
        #expect(try place.turn(OutboxTurn(newest: 4, firstPosition: first)))
        #expect(place.position == expected && place.incarnation == 4)
        #expect(try !place.turn(OutboxTurn(newest: 4, firstPosition: nil)))
    }

    @Test func anOlderOneIsAFault() throws {
        var place = try place(7, knowing: 3)
        let failure = #expect(throws: CommandFailure.self) {
            try place.turn(OutboxTurn(newest: 2, firstPosition: nil))
        }
        #expect(failure?.message.contains("old database") == true)
        #expect(failure?.advice?.contains("--above 3") == true)
        #expect(place.position == 7)
    }
}
