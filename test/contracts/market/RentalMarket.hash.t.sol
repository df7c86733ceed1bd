// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRentalMarket} from "../../../contracts/interfaces/IRentalMarket.sol";
import {CardflowFixture} from "../support/CardflowFixture.sol";
import {vm} from "../support/Vm.sol";

contract RentalMarketHashTest is CardflowFixture {
    /// @dev A57, A58: struct hashes that viem and ethers both give for these orders.
    bytes32 private constant GOLDEN_ASK = 0xdf2ba2b62141dace140909846f1a32f92f2973a94f5ae666955a01b3b71d6c80;
    bytes32 private constant GOLDEN_BID = 0x5caaf35a5249a8967454d2c874bd8bb774233deebc5ac3a4980042e2a0d13987;

    function test_A57_A58_HashOfAnAsk() public view {
        vm.assertEq(market.hashAsk(_goldenAsk()), _typed(_separator(), GOLDEN_ASK));
    }

    function test_A57_A58_HashOfABid() public view {
        vm.assertEq(market.hashBid(_goldenBid()), _typed(_separator(), GOLDEN_BID));
    }

    function test_A45_A46_DomainNamesChainAndContract() public {
        (, string memory name, string memory version, uint256 chainId, address verifier, , ) = market.eip712Domain();
        vm.assertEq(name, "Cardflow Rental Market");
        vm.assertEq(version, "1");
        vm.assertEq(chainId, block.chainid);
        vm.assertEq(verifier, address(market));
        (, name, version, , verifier, , ) = ledger.eip712Domain();
        vm.assertEq(name, "Cardflow Lease Ledger");
        vm.assertEq(version, "1");
        vm.assertEq(verifier, address(ledger));
        vm.chainId(1);
        vm.assertEq(market.hashBid(_goldenBid()), _typed(_separator(), GOLDEN_BID));
    }

    function _goldenAsk() private pure returns (IRentalMarket.Ask memory) {
        return
            IRentalMarket.Ask({
                operator: address(0xabc),
                cardId: 41,
                epoch: 3,
                ratePerSecond: 555555555555557,
                minThousandths: 125,
                minDuration: 600,
                maxDuration: 2592000,
                priorityTier: 2,
                openFrom: 1900000100,
                validUntil: 1900086400,
                counter: 9,
                salt: type(uint256).max
            });
    }

    function _goldenBid() private pure returns (IRentalMarket.Bid memory bid) {
        bid.renter = address(0xdef);
        bid.models = 2 ** 255 + 5;
        bid.regions = 8;
        bid.thousandths = 1000;
        bid.quantity = 8;
        bid.minQuantity = 4;
        bid.sameHost = true;
        bid.maxRatePerSecond = type(uint64).max;
        bid.duration = 86401;
        bid.payInToken = true;
        bid.maxTokenIn = type(uint128).max;
        bid.matcher = address(0x123);
        bid.exclusiveUntil = 1900000120;
        bid.matcherFee = 1e18;
        bid.accessKeyHash = 0x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a;
        bid.validUntil = 1900003600;
        bid.counter = 7;
        bid.salt = 77;
    }

    function _separator() private view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                    keccak256("Cardflow Rental Market"),
                    keccak256("1"),
                    block.chainid,
                    address(market)
                )
            );
    }
}
