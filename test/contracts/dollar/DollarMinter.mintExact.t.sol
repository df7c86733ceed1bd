// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IDollarMinter} from "../../../contracts/interfaces/IDollarMinter.sol";
import {DollarFixture} from "../support/DollarFixture.sol";
import {vm} from "../support/Vm.sol";

contract DollarMinter_mintExact_Test is DollarFixture {
    function setUp() public {
        _deployDollar();
        _giveToken(ALICE, 100_000_000e18);
        primary.setDecimals(18);
        primary.setAnswer(1e18);
    }

    /// @dev tokenIn gives out, and tokenIn - 1 gives less: by the formula, and by the contract's own mint.
    function testFuzz_BurnsTheLeastThatGivesTheAmount(uint128 out, uint64 price) public {
        uint128 amount = uint128(1e18 + (uint256(out) % 400_000e18));
        uint256 low = 0.5e18 + (uint256(price) % 1.5e18);
        primary.setAnswer(int256(low));
        second.setAnswer(int256(low));
        uint256 rate = (low < 1.25e18 ? low : 1.25e18) * 9950; // per CARD, times 1e22

        vm.prank(ALICE);
        uint256 tokenIn = minter.mintExact(amount, type(uint128).max, BOB, NEVER);
        vm.assertGe(tokenIn * rate, uint256(amount) * 1e22);
        vm.assertLt((tokenIn - 1) * rate, uint256(amount) * 1e22);
        vm.assertEq(dollar.balanceOf(BOB), amount);
        vm.assertEq(token.balanceOf(ALICE), 100_000_000e18 - tokenIn);
        vm.assertEq(minter.credit(), SEED + tokenIn);
    }

    function testFuzz_OneWeiLessInMintsLess(uint128 out) public view {
        uint128 amount = uint128(2e18 + (uint256(out) % 400_000e18));
        (, uint256 tokenIn) = minter.quoteMintExact(amount);
        (, uint256 enough) = minter.quoteMint(uint128(tokenIn));
        (, uint256 less) = minter.quoteMint(uint128(tokenIn - 1));
        vm.assertGe(enough, amount);
        vm.assertLt(less, amount);
    }

    function testFuzz_QuoteIsWhatHappens(uint128 out) public {
        uint128 amount = uint128(out % 2_000_000e18);
        (IDollarMinter.MintRefusal refusal, uint256 tokenIn) = minter.quoteMintExact(amount);
        vm.prank(ALICE);
        if (refusal == IDollarMinter.MintRefusal.None) {
            vm.assertEq(minter.mintExact(amount, type(uint128).max, ALICE, NEVER), tokenIn);
        } else {
            bytes memory reason =
                amount < 1e18
                    ? abi.encodeWithSelector(IDollarMinter.MintBelowMinimum.selector, amount, 1e18)
                    : abi.encodeWithSelector(IDollarMinter.MintBucketEmpty.selector, amount, 1_425_000e18);
            vm.expectRevert(reason);
            minter.mintExact(amount, type(uint128).max, ALICE, NEVER);
        }
    }

    function test_GivenTheMaximumExactly_Mints() public {
        (, uint256 tokenIn) = minter.quoteMintExact(1000e18);
        vm.prank(ALICE);
        vm.assertEq(minter.mintExact(1000e18, uint128(tokenIn), ALICE, START), tokenIn);
    }

    function test_RevertWhen_TooDearOrTooLateOrDust() public {
        (, uint256 tokenIn) = minter.quoteMintExact(1000e18);
        vm.startPrank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.InputTooLarge.selector, tokenIn, tokenIn - 1));
        minter.mintExact(1000e18, uint128(tokenIn - 1), ALICE, NEVER);
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.DeadlinePassed.selector, START - 1, START));
        minter.mintExact(1000e18, type(uint128).max, ALICE, START - 1);
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.MintBelowMinimum.selector, 1e18 - 1, 1e18));
        minter.mintExact(1e18 - 1, type(uint128).max, ALICE, NEVER);
        vm.expectRevert(
            abi.encodeWithSelector(IDollarMinter.CeilingExceeded.selector, type(uint128).max, 57_000_000e18)
        );
        minter.mintExact(type(uint128).max, type(uint128).max, ALICE, NEVER);
        vm.stopPrank();
    }
}

contract DollarMinter_mintForLease_Test is DollarFixture {
    uint128 private constant BUCKET = 1_425_000e18;

    function setUp() public {
        _deployDollar();
        _giveToken(ALICE, 100_000_000e18);
        vm.prank(ALICE);
        token.approve(address(minter), type(uint256).max);
    }

    function _mintForLease(uint128 out) private returns (uint128) {
        vm.prank(MARKET);
        return minter.mintForLease(ALICE, out, type(uint128).max, BOB);
    }

    function test_RevertWhen_CallerIsNeitherMarketNorLedger() public {
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.CallerNotMarketOrLedger.selector, STRANGER));
        minter.mintForLease(ALICE, 1000e18, type(uint128).max, STRANGER);
        minter.setMarket(address(0));
        vm.prank(MARKET);
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.CallerNotMarketOrLedger.selector, MARKET));
        minter.mintForLease(ALICE, 1000e18, type(uint128).max, MARKET);
    }

    /// @dev For extensions, also where no market may mint any more.
    function test_LedgerMintsLikeTheMarket() public {
        minter.setMarket(address(0));
        (, uint256 quoted) = minter.quoteLeaseMint(1000e18);
        vm.prank(address(ledger));
        vm.assertEq(minter.mintForLease(ALICE, 1000e18, type(uint128).max, address(ledger)), quoted);
        vm.assertEq(dollar.balanceOf(address(ledger)), 1000e18);
        vm.assertEq(token.balanceOf(ALICE), 100_000_000e18 - quoted);
    }

    function test_TakesTheLeaseBucketFirst() public {
        (, uint256 quoted) = minter.quoteLeaseMint(1000e18);
        vm.expectEmit(address(minter));
        emit IDollarMinter.DollarsMinted(ALICE, BOB, quoted, 1000e18, 1000e18, 0.005e18, SEED + quoted);
        vm.assertEq(_mintForLease(1000e18), quoted);
        vm.assertEq(dollar.balanceOf(BOB), 1000e18);
        vm.assertEq(token.balanceOf(ALICE), 100_000_000e18 - quoted);
        IDollarMinter.Status memory status = minter.status();
        vm.assertEq(status.openMint.room, status.openMint.capacity);
        vm.assertEq(status.leaseMint.room, status.leaseMint.capacity - 1000e18);
    }

    function test_TakesTheRestFromTheOpenBucket() public {
        _mintForLease(BUCKET + 1000e18);
        IDollarMinter.Status memory status = minter.status();
        vm.assertEq(status.leaseMint.room, 0);
        vm.assertEq(status.openMint.room, status.openMint.capacity - 1000e18);
    }

    function test_I5_OrdinaryMintsCannotUseTheLeaseBucket() public {
        vm.startPrank(ALICE);
        minter.mintExact(BUCKET, type(uint128).max, ALICE, NEVER);
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.MintBucketEmpty.selector, 1e18, 0));
        minter.mintExact(1e18, type(uint128).max, ALICE, NEVER);
        vm.stopPrank();

        uint256 room = minter.status().leaseMint.room;
        vm.prank(MARKET);
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.MintBucketEmpty.selector, room + 1, room));
        minter.mintForLease(ALICE, uint128(room + 1), type(uint128).max, BOB);
        _mintForLease(uint128(room));
    }

    function test_I5_OrdinaryQuotesLeaveTheLeaseBucketOut() public {
        vm.prank(ALICE);
        minter.mintExact(BUCKET, type(uint128).max, ALICE, NEVER);
        (IDollarMinter.MintRefusal refusal, uint256 out) = minter.quoteMint(2e18);
        vm.assertEq(uint256(refusal), uint256(IDollarMinter.MintRefusal.BucketEmpty));
        vm.assertEq(out, 0);
    }

    function test_B15_RevertWhen_CardWicksAboveTheMaximum() public {
        (, uint256 atOne) = minter.quoteLeaseMint(1000e18);
        _setPrice(0.5e18);
        (, uint256 atHalf) = minter.quoteLeaseMint(1000e18);
        vm.prank(MARKET);
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.InputTooLarge.selector, atHalf, atOne));
        minter.mintForLease(ALICE, 1000e18, uint128(atOne), BOB);
    }

    function test_RevertWhen_PayerGaveNoAllowance() public {
        (, uint256 tokenIn) = minter.quoteLeaseMint(1000e18);
        _giveToken(BOB, 10_000e18);
        vm.prank(MARKET);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(minter), 0, tokenIn)
        );
        minter.mintForLease(BOB, 1000e18, type(uint128).max, MARKET);
    }

    function test_RevertWhen_DustOrPaused() public {
        vm.prank(MARKET);
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.MintBelowMinimum.selector, 1e18 - 1, 1e18));
        minter.mintForLease(ALICE, 1e18 - 1, type(uint128).max, BOB);
        minter.pauseMint(START + 7 days);
        (IDollarMinter.MintRefusal refusal, ) = minter.quoteLeaseMint(1000e18);
        vm.assertEq(uint256(refusal), uint256(IDollarMinter.MintRefusal.Paused));
        vm.prank(MARKET);
        vm.expectRevert(abi.encodeWithSignature("EntryPaused(bytes32,uint40)", bytes32("mint"), START + 7 days));
        minter.mintForLease(ALICE, 1000e18, type(uint128).max, BOB);
    }

    function testFuzz_I5_LeasePartAndOpenPartSum(uint128 first, uint128 then, uint32 wait) public {
        uint128 a = uint128(1e18 + (uint256(first) % (2 * BUCKET - 1e18)));
        _mintForLease(a);
        _pass(wait % 2 days);
        IDollarMinter.Status memory before = minter.status();
        uint256 both = before.leaseMint.room + before.openMint.room;
        uint128 b = uint128(1e18 + (uint256(then) % (3 * BUCKET)));
        (IDollarMinter.MintRefusal refusal, ) = minter.quoteLeaseMint(b);
        vm.assertEq(
            uint256(refusal),
            uint256(b > both ? IDollarMinter.MintRefusal.BucketEmpty : IDollarMinter.MintRefusal.None)
        );
    }
}
