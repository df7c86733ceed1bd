// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IRevenueShare} from "../../../contracts/interfaces/IRevenueShare.sol";
import {RevenueShare} from "../../../contracts/revenue/RevenueShare.sol";
import {vm} from "../support/Vm.sol";
import {RevenueFixture} from "./RevenueFixture.sol";

contract RevenueShareTransferTest is RevenueFixture {
    bytes32 private constant PERMIT_TYPEHASH = keccak256(
        "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant DOMAIN_TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );

    function test_I11_TheSellerKeepsWhatAccruedAndTheBuyerEarnsFromThen() public {
        IRevenueShare share = _running();
        _rent(cardId, RATE, 1000, 100 days);
        uint256 perSecond = _holdersRate(RATE, 1000);
        vm.warp(block.timestamp + 10 days);
        vm.expectEmit(address(share));
        emit IERC20.Transfer(investor, THIRD, 200e18);
        vm.prank(investor);
        _true(share.transfer(THIRD, 200e18), "true");

        // 500 of 1000 shares for ten days; every figure divides without remainder.
        uint256 atTransfer = (perSecond * 10 days) / 2;
        _equal(share.claimable(investor), atTransfer, "the seller keeps what accrued");
        _equal(share.claimable(THIRD), 0, "the buyer has bought nothing of it");
        vm.warp(block.timestamp + 1);
        _equal(share.claimable(investor), atTransfer + (perSecond * 3) / 10, "300 of 1000");
        _equal(share.claimable(THIRD), perSecond / 5, "200 of 1000");
        _equal(share.balanceOf(investor), 300e18, "seller");
        _equal(share.balanceOf(THIRD), 200e18, "buyer");
        _equal(share.totalSupply(), 1_000e18, "supply");
    }

    function test_A98_NothingClosesATransfer() public {
        IRevenueShare share = _running();
        manager.setTargetClosed(address(registry), true);
        manager.setTargetClosed(address(ledger), true);
        manager.setTargetClosed(address(factory), true);
        vm.prank(investor);
        share.transfer(THIRD, 1e18);
        _equal(share.balanceOf(THIRD), 1e18, "moved");
    }

    function test_ReadsOnlyTheTwoAccounts() public {
        IRevenueShare share = _running();
        _rent(cardId, RATE, 1000, 100 days);
        vm.warp(block.timestamp + 1 days);
        vm.record();
        vm.prank(investor);
        share.transfer(SECOND, 1e18);
        (bytes32[] memory reads, bytes32[] memory writes) = vm.accesses(address(share));
        _equal(_distinct(reads), 2, "slots read");
        _equal(_distinct(writes), 2, "slots written");
    }

    /// @dev Before the first rent the sale's stage, one slot more, says that the share runs.
    function test_MovesBeforeTheFirstRevenue() public {
        IRevenueShare share = _running();
        uint256 before = share.balanceOf(SECOND);
        vm.record();
        vm.prank(investor);
        share.transfer(SECOND, 1e18);
        (bytes32[] memory reads, ) = vm.accesses(address(share));
        _equal(_distinct(reads), 3, "slots read");
        _equal(share.revenue(), 0, "revenue");
        _equal(share.balanceOf(SECOND), before + 1e18, "moved");
    }

    function test_RevertWhen_NotFinalised() public {
        IRevenueShare share = _tokenize();
        _buy(share, investor, 1_000e18 - 1);
        _refusesBefore(share, IRevenueShare.Phase.Sale);
        vm.warp(share.terms().saleEnd);
        _refusesBefore(share, IRevenueShare.Phase.Ended);
    }

    function test_RevertWhen_TheSaleFailed() public {
        IRevenueShare share = _failed();
        _refusesBefore(share, IRevenueShare.Phase.Failed);
        // Nor when a later share of the card runs, whose number is higher.
        IRevenueShare next = _tokenize();
        _buy(next, SECOND, 1_000e18);
        next.finalise();
        _refusesBefore(share, IRevenueShare.Phase.Failed);
        _equal(share.claimable(investor), 0, "earns nothing");
        vm.prank(investor);
        _equal(share.claim(), 0, "claims nothing");
        _equal(share.refund(investor), 20e18, "refund");
    }

    function test_B26_RevertWhen_UnsoldSharesMove() public {
        IRevenueShare share = _running();
        _equal(share.balanceOf(OWNER), 200e18, "shown");
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, OWNER, 0, 1));
        vm.prank(OWNER);
        share.transfer(investor, 1);
        vm.prank(SECOND);
        share.transfer(OWNER, 5e18);
        _equal(share.balanceOf(OWNER), 205e18, "bought ones too");
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, OWNER, 5e18, 5e18 + 1));
        vm.prank(OWNER);
        share.transfer(investor, 5e18 + 1);
        vm.prank(OWNER);
        share.transfer(investor, 5e18);
        _equal(share.balanceOf(OWNER), 200e18, "only the unsold are left");
    }

    function test_RevertWhen_MoreThanTheBalance() public {
        IRevenueShare share = _running();
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, investor, 500e18, type(uint256).max)
        );
        vm.prank(investor);
        share.transfer(SECOND, type(uint256).max);
        // 2^80 more than something small: a truncated amount would pass.
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, investor, 500e18, 2 ** 80 + 1)
        );
        vm.prank(investor);
        share.transfer(SECOND, 2 ** 80 + 1);
    }

    function test_RevertWhen_ToNobody() public {
        IRevenueShare share = _running();
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(0)));
        vm.prank(investor);
        share.transfer(address(0), 1);
    }

    function test_ToOneselfAndOfNothingChangesNothing() public {
        IRevenueShare share = _running();
        _rent(cardId, RATE, 1000, 10 days);
        vm.warp(block.timestamp + 12_345);
        uint256 owed = share.claimable(investor);
        vm.startPrank(investor);
        share.transfer(investor, 500e18);
        share.transfer(investor, 0);
        share.transfer(SECOND, 0);
        vm.stopPrank();
        _equal(share.balanceOf(investor), 500e18, "balance");
        _equal(share.claimable(investor), owed, "owed");
        vm.prank(STRANGER);
        share.transfer(investor, 0);
        _equal(share.claimable(STRANGER), 0, "stranger");
    }

    function test_MovesAfterTheTermToo() public {
        IRevenueShare share = _over(30 days);
        uint256 owed = share.claimable(investor);
        vm.prank(investor);
        share.transfer(THIRD, 500e18);
        _equal(share.balanceOf(THIRD), 500e18, "moved");
        _equal(share.claimable(investor), owed, "owed stays");
        vm.prank(THIRD);
        _true(share.handIn(500e18) > 0, "the new holder hands in");
    }

    function test_A31_AllowanceIsStandard() public {
        IRevenueShare share = _running();
        vm.prank(investor);
        share.approve(THIRD, 3e18);
        vm.prank(THIRD);
        share.transferFrom(investor, SECOND, 2e18);
        _equal(share.allowance(investor, THIRD), 1e18, "left");
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, THIRD, 1e18, 1e18 + 1)
        );
        vm.prank(THIRD);
        share.transferFrom(investor, SECOND, 1e18 + 1);
    }

    function test_PermitOfTheShare() public {
        IRevenueShare share = _running();
        RevenueShare full = RevenueShare(address(share));
        bytes32 domain = keccak256(
            abi.encode(
                DOMAIN_TYPEHASH,
                keccak256("Cardflow Revenue Share"),
                keccak256("1"),
                block.chainid,
                address(share)
            )
        );
        _true(full.DOMAIN_SEPARATOR() == domain, "domain");
        bytes32 structHash = keccak256(abi.encode(PERMIT_TYPEHASH, investor, THIRD, 7e18, 0, block.timestamp));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(
            INVESTOR_KEY,
            keccak256(abi.encodePacked("\x19\x01", domain, structHash))
        );
        full.permit(investor, THIRD, 7e18, block.timestamp, v, r, s);
        vm.prank(THIRD);
        share.transferFrom(investor, THIRD, 7e18);
        _equal(share.balanceOf(THIRD), 7e18, "moved");
        _equal(full.nonces(investor), 1, "nonce");
        bytes32 replayed = keccak256(abi.encode(PERMIT_TYPEHASH, investor, THIRD, 7e18, 1, block.timestamp));
        address recovered = ecrecover(keccak256(abi.encodePacked("\x19\x01", domain, replayed)), v, r, s);
        vm.expectRevert(abi.encodeWithSelector(ERC20Permit.ERC2612InvalidSigner.selector, recovered, investor));
        full.permit(investor, THIRD, 7e18, block.timestamp, v, r, s);
    }

    /// @dev All clones share a name; only the address tells them apart.
    function test_A46_RevertWhen_PermitIsOfAnotherShare() public {
        IRevenueShare share = _running();
        RevenueShare other = RevenueShare(address(_tokenize(_newCard(OWNER, true), _terms())));
        bytes32 structHash = keccak256(abi.encode(PERMIT_TYPEHASH, investor, THIRD, 7e18, 0, block.timestamp));
        bytes32 foreign = RevenueShare(address(share)).DOMAIN_SEPARATOR();
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(
            INVESTOR_KEY,
            keccak256(abi.encodePacked("\x19\x01", foreign, structHash))
        );
        address recovered = ecrecover(
            keccak256(abi.encodePacked("\x19\x01", other.DOMAIN_SEPARATOR(), structHash)),
            v,
            r,
            s
        );
        vm.expectRevert(abi.encodeWithSelector(ERC20Permit.ERC2612InvalidSigner.selector, recovered, investor));
        other.permit(investor, THIRD, 7e18, block.timestamp, v, r, s);
    }

    /// @dev Transfers at random seconds; what each is owed is summed up second by second beside it.
    function testFuzz_I11_TransfersConserveWhatIsOwed(uint256[12] memory seeds) public {
        IRevenueShare share = _running();
        _rent(cardId, RATE + 7, 1000, 366 days - 2 days);
        address[3] memory holders = [investor, SECOND, THIRD];
        uint256[3] memory balances = [uint256(500e18), 300e18, 0];
        uint256[3] memory due;
        uint256 perSecond = _holdersRate(RATE + 7, 1000);
        for (uint256 i = 0; i < seeds.length; ++i) {
            uint256 dt = seeds[i] % 10 days;
            vm.warp(block.timestamp + dt);
            for (uint256 j = 0; j < 3; ++j) due[j] += balances[j] * perSecond * dt;
            uint256 from = (seeds[i] >> 32) % 3;
            uint256 to = (seeds[i] >> 40) % 3;
            uint256 amount = (seeds[i] >> 48) % (balances[from] + 1);
            vm.prank(holders[from]);
            share.transfer(holders[to], amount);
            balances[from] -= amount;
            balances[to] += amount;
            for (uint256 j = 0; j < 3; ++j) {
                _equal(share.claimable(holders[j]), due[j] / 1_000e18, "owed");
                _equal(share.balanceOf(holders[j]), balances[j], "balance");
            }
        }
    }

    function _refusesBefore(IRevenueShare share, IRevenueShare.Phase phase) private {
        vm.expectRevert(abi.encodeWithSelector(IRevenueShare.ShareNotTransferableYet.selector, phase));
        vm.prank(investor);
        share.transfer(SECOND, 1);
        vm.expectRevert(abi.encodeWithSelector(IRevenueShare.ShareNotTransferableYet.selector, phase));
        vm.prank(investor);
        share.transfer(SECOND, 0);
    }

    function _distinct(bytes32[] memory slots) private pure returns (uint256 count) {
        for (uint256 i = 0; i < slots.length; ++i) {
            bool seen = false;
            for (uint256 j = 0; j < i; ++j) if (slots[i] == slots[j]) seen = true;
            if (!seen) ++count;
        }
    }
}
