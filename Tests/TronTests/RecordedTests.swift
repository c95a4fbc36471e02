import Chain
import Foundation
import Testing

@testable import Tron

/// What nodes really answered.
@Suite struct RecordedTests {
    /// Number 165 of a private network, by java-tron 4.8.2, with its one info, and an info with a log and one with an
    /// internal transaction of the same network. Source: github sxwebdev/gotron, tests of its client, MIT.
    private static let block = #"""
        {"blockID":"00000000000000a568a725352ccd7fbad4e65f56ed11d420a505c21f2230145d","block_header":{"raw_data":
        {"timestamp":1790865510000,"txTrieRoot":"c85f5050cb4a05c58222017f823191d5ae1ca07b7bd7f090f493a35c10f03491",
        "parentHash":"00000000000000a4b0ef6ad98a02403ebb86833716c2350b6338a6ee79df2dfc","number":165,
        "witness_address":"417e5f4552091a69125d5dfcb7b8c2659029395bdf","version":38},"witness_signature":
        "9a36b7a129a3a673d326e9cb5c6974a332cca68b4c1a5ab531327da89849239147d032ebfead62d75ceadb9d8482eba53507392658bde4b8aea902ca543101cf00"},
        "transactions":[{"raw_data":{"ref_block_bytes":"00a4","ref_block_hash":"b0ef6ad98a02403e","expiration":1790908707000,
        "contract":[{"parameter":{"value":{"owner_address":"41dcf2957055e8fcde477a077ecfeddf5ab2357547"},
        "type_url":"type.googleapis.com/protocol.CancelAllUnfreezeV2Contract"},"type":"CancelAllUnfreezeV2Contract"}],
        "timestamp":1790865507489},"signature":["755e1552868a1734c90c28dacb66e58f85eaa5fc2845593280e3b6ee1cf1b7af793cc378d8c3ad144542502270ab852095665abfffdea306200a9942a67e161401"],
        "ret":[{"contractRet":"SUCCESS"}],"raw_data_hex":"0a0200a42208b0ef6ad98a02403e40b8e1e8d38f345a57083b12530a38747970652e676f6f676c65617069732e636f6d2f70726f746f636f6c2e43616e63656c416c6c556e667265657a655632436f6e747261637412170a1541dcf2957055e8fcde477a077ecfeddf5ab235754770a1899cbf8f34",
        "txID":"db8667ffea27109131fd5c113abcadd535c896590814a50dbf9eda253a8d19da"}]}
        """#
    private static let info = #"""
        {"id": "db8667ffea27109131fd5c113abcadd535c896590814a50dbf9eda253a8d19da","blockNumber": 165,
        "blockTimeStamp": 1790865510000,"contractResult": [""],"receipt": {"net_usage": 250},
        "cancel_unfreezeV2_amount": [{"key": "ENERGY","value": 10000000},{"key": "TRON_POWER","value": 0},
        {"key": "BANDWIDTH","value": 0}]}
        """#
    private static let infoWithLog = #"""
        {"id": "0ca17a0da65cb2df52be4e5edd8654358f7ad2b6f083180e719784ff8ff1c8ae","fee": 2965000,
        "blockNumber": 156,"blockTimeStamp": 1790865477000,
        "contractResult": ["0000000000000000000000000000000000000000000000000000000000000000"],
        "contract_address": "41d53adb8bb7b45de60d0dc3d03ba0c187093b919d",
        "receipt": {"energy_fee": 2965000,"energy_usage_total": 29650,"net_usage": 345,"result": "SUCCESS"},
        "log": [{"address": "d53adb8bb7b45de60d0dc3d03ba0c187093b919d","topics": 
        ["ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef",
        "0000000000000000000000007e5f4552091a69125d5dfcb7b8c2659029395bdf",
        "000000000000000000000000dcf2957055e8fcde477a077ecfeddf5ab2357547"],
        "data": "00000000000000000000000000000000000000000000000000000000000f4240"}]}
        """#
    private static let infoWithPayment = #"""
        {"id": "7c44d197b2dcdc7452663f1d7fab7636e06aeb29393f7cd32074a39dde9d4139","fee": 676100,
        "blockNumber": 158,"blockTimeStamp": 1790865489000,"contractResult": [""],
        "contract_address": "41a4de5410785ffffc7c210f126f7534d868c2ecc9",
        "receipt": {"energy_fee": 676100,"energy_usage_total": 6761,"net_usage": 279,"result": "SUCCESS"},
        "internal_transactions": [{"hash": "1227752b70cbd45384e9276bddf4ed3e165c83f938a4282d734bf0458f8aee8d",
        "caller_address": "41a4de5410785ffffc7c210f126f7534d868c2ecc9",
        "transferTo_address": "41dcf2957055e8fcde477a077ecfeddf5ab2357547",
        "callValueInfo": [{"callValue": 1}],"note": "63616c6c"}]}
        """#

    private static let customer = Data(Hex.decode("41dcf2957055e8fcde477a077ecfeddf5ab2357547")!)

    @Test func `a block of a private network`() throws {
        let contents = try #require(try BlockDecoder().block(Self.block.answer))
        #expect(contents.reference.height == 165)
        #expect("\(contents.transactions[0].id)" == "db8667ffea27109131fd5c113abcadd535c896590814a50dbf9eda253a8d19da")
        let block = try contents.verified(by: "[\(Self.info)]".answer)
        #expect(block.transfers.isEmpty)
        #expect(block.header.time == 1_790_865_510)
    }

    @Test func `an info with a log, an info with an internal transaction`() throws {
        // Of the transactions themselves there is no record: any call stands for them.
        let call = try Transaction(try MadeTransaction.call().json.answer)
        let logged = try TransactionInfo(AnswerObject(Self.infoWithLog.answer), of: call)
        #expect(logged.tokens.map(\.log) == [0])
        #expect(logged.tokens[0].1.recipient == Self.customer.key)
        #expect(logged.tokens[0].1.amount == UInt256(1_000_000))
        #expect("\(logged.tokens[0].1.contract)" == "d53adb8bb7b45de60d0dc3d03ba0c187093b919d")
        let paid = try TransactionInfo(AnswerObject(Self.infoWithPayment.answer), of: call)
        #expect(paid.payments.map(\.place) == [0])
        #expect(paid.payments[0].recipient == Self.customer.key)
        #expect(paid.payments[0].amount == 1)
    }

    /// Three blocks of Nile in a row, the first with a transaction. Source: github tatumio/docs, `getblockbylatestnum`.
    @Test func `blocks of a test network are linked`() throws {
        let blocks = try BlockDecoder().blocks(
            #"""
            {"block": [{
              "blockID": "000000000203c375c7521ef953106e9a112e1902664a91becc5f40371a7397d7",
              "block_header": {"raw_data": {
                "number": 33801077,
                "txTrieRoot": "30fe6502e11e110fa389d5c17e1cf53fa8df93f26297d9f27cd8c07d3558d722",
                "witness_address": "41e71c365c9dbf284ca8c1eed2d7877638941b9011",
                "parentHash": "000000000203c3741f9a08f594934bd26df95cc6c49b475d118e3a87aed5a4a4",
                "version": 27, "timestamp": 1684509309000 }},
              "transactions": [{
                "ret": [{"contractRet": "SUCCESS"}],
                "txID": "31370141e3345421bdb92eff72f0d69aba8d04e636317ed52745d3f97e9faabb",
                "raw_data": {
                  "contract": [{
                    "parameter": {"value": {
                      "data": "37383d0e00000000000000000000000000000000000000000000000000000188349354c9",
                      "owner_address": "41fcf7ab2a2fb29362babd41647a22b223f7fbedec",
                      "contract_address": "41c3c5115bd3f5cfe5559c634eeb250f339ae3e29c"},
                    "type_url": "type.googleapis.com/protocol.TriggerSmartContract"},
                    "type": "TriggerSmartContract"}],
                  "ref_block_bytes": "c362", "ref_block_hash": "4ddf60f936a910d9", "expiration": 1684509366000,
                  "fee_limit": 150000000, "timestamp": 1684509306936 },
                "raw_data_hex": "0a02c36222084ddf60f936a910d940f0add4a483315a8e01081f1289010a31747970652e676f6f676c65617069732e636f6d2f70726f746f636f6c2e54726967676572536d617274436f6e747261637412540a1541fcf7ab2a2fb29362babd41647a22b223f7fbedec121541c3c5115bd3f5cfe5559c634eeb250f339ae3e29c222437383d0e00000000000000000000000000000000000000000000000000000188349354c970b8e0d0a48331900180a3c347"
              }]},
             {"blockID": "000000000203c376d3d45ca88309982517d69ff0ec4d9a9f9f25536cebcdd76b",
              "block_header": {"raw_data": {
                "number": 33801078,
                "txTrieRoot": "0000000000000000000000000000000000000000000000000000000000000000",
                "witness_address": "41e61626ef01662b320a8ba38372e9db9cca940a3b",
                "parentHash": "000000000203c375c7521ef953106e9a112e1902664a91becc5f40371a7397d7",
                "version": 27, "timestamp": 1684509312000 }}},
             {"blockID": "000000000203c3772b4f36792ea4f44a6d8345ccacee8a00d6f309a206193f1c",
              "block_header": {"raw_data": {
                "number": 33801079,
                "txTrieRoot": "0000000000000000000000000000000000000000000000000000000000000000",
                "witness_address": "41e76da262ad1ca05274f74258ee18bc7fcc4987dc",
                "parentHash": "000000000203c376d3d45ca88309982517d69ff0ec4d9a9f9f25536cebcdd76b",
                "version": 27, "timestamp": 1684509315000 }}}]}
            """#.answer)
        #expect(blocks.map(\.isEmpty) == [false, true, true])
        #expect(blocks[0].transactions[0].kind.payment == .calls)
        #expect(zip(blocks, blocks.dropFirst()).allSatisfy { $1.header.parent == $0.header.hash })
        #expect(try blocks[2].verified(by: "[]".answer).transfers.isEmpty)
        let error = #expect(throws: DecodeError.self) { try blocks[0].verified(by: "[]".answer) }
        #expect(error?.code == .incomplete)
    }

    /// Number 0 of the main network, without number and time as all messages leave out what is zero, its maker a
    /// sentence, its parent no block. Its id is in every node's configuration.
    @Test func `the genesis block's header`() throws {
        let sentence =
            "A new system must allow existing systems to be linked together without requiring any central "
            + "control or coordination"
        let header = try BlockDecoder().header(
            """
            {"blockID":"00000000000000001ebf88508a03865c71d452e25f4d51194196a1d22b6653dc","block_header":{"raw_data":{
            "txTrieRoot":"8ef446bf3f395af929c218014f6101ec86576c5f61b2ae3236bf3a2ab5e2fecd",
            "parentHash":"e58f33f9baf9305dc6f82b9f1934ea8f0ade2defb951258d50167028c780351f",
            "witness_address":"\(Hex.encode(Array(sentence.utf8)))"}}}
            """.answer)
        #expect(header?.height == 0)
        #expect(header?.time == 0)
    }

    /// Of 25 July 2018, when blocks did not say yet how their transactions ended: better no block than a guess.
    @Test func `a transaction of the first months stops the network`() throws {
        let transaction = #"""
            {"txID":"6937ca320cec3fdb15e421da211994067d6766195e68dc7026a37597852e166b","raw_data":{"contract":[
            {"parameter":{"value":{"amount":9712246,"owner_address":"4108beabccd6013f7297ab81b6e4d6b89c69ba98cd",
            "to_address":"4137eb42342e390fb0299059b4487fa98c7aa8aa57"}},"type":"TransferContract"}]},"raw_data_hex":
            "0a02423f2208472f24de7c9fdadb40d8ace1bdce2c5a68080112640a2d747970652e676f6f676c65617069732e636f6d2f70726f746f636f6c2e5472616e73666572436f6e747261637412330a154108beabccd6013f7297ab81b6e4d6b89c69ba98cd12154137eb42342e390fb0299059b4487fa98c7aa8aa5718f6c9d10470ebdcddbdce2c"}
            """#
        let error = #expect(throws: DecodeError.self) { try Transaction(transaction.answer) }
        #expect(error?.code == .unknownFormat)
    }
}
