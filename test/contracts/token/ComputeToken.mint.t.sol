// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IComputeToken} from "../../../contracts/interfaces/IComputeToken.sol";
import {ComputeToken} from "../../../contracts/token/ComputeToken.sol";
import {vm} from "../support/Vm.sol";

abstract contract TokenFixture {
    uint256 internal constant SEED = 30_000_000e18;
    uint256 internal constant KEY = 0xA11CE;
    address internal constant TREASURY = address(0x7EA5);
    address internal constant MINTER = address(0x317E);
    address internal constant EMITTER = address(0xE317);
    address internal constant BOB = address(0xB0B);
    address internal constant STRANGER = address(0x57A);

    AccessManager internal manager;
    ComputeToken internal token;

    function setUp() public virtual {
        manager = new AccessManager(address(this));
        token = new ComputeToken(address(manager), TREASURY, SEED);
        token.setMinter(MINTER);
        token.setEmitter(EMITTER);
    }
}

contract ComputeToken_mint_Test is TokenFixture {
    function test_GenesisMintsAndBurnsTheSeed() public view {
        vm.assertEq(token.name(), "Cardflow Compute Token");
        vm.assertEq(token.symbol(), "CARD");
        vm.assertEq(token.decimals(), 18);
        vm.assertEq(token.CAP(), 1_000_000_000e18);
        vm.assertEq(token.GENESIS_SUPPLY(), 600_000_000e18);
        vm.assertEq(token.EMISSION_BUDGET(), 400_000_000e18);
        vm.assertEq(token.totalSupply(), 570_000_000e18);
        vm.assertEq(token.balanceOf(TREASURY), 570_000_000e18);
        vm.assertEq(token.emissionLeft(), 400_000_000e18);
        vm.assertEq(token.headroom(), SEED);
        vm.assertEq(token.minter(), MINTER);
        vm.assertEq(token.emitter(), EMITTER);
    }

    function test_RevertWhen_SeedIsMoreThanGenesis() public {
        vm.expectRevert(
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientBalance.selector,
                TREASURY,
                600_000_000e18,
                uint256(600_000_000e18) + 1
            )
        );
        new ComputeToken(address(manager), TREASURY, 600_000_000e18 + 1);
    }

    function test_I1_RevertWhen_MintPassesTheHeadroom() public {
        vm.startPrank(MINTER);
        vm.expectRevert(abi.encodeWithSelector(IComputeToken.CapExceeded.selector, SEED + 1, SEED));
        token.mint(BOB, SEED + 1);
        vm.expectRevert(abi.encodeWithSelector(IComputeToken.CapExceeded.selector, type(uint256).max, SEED));
        token.mint(BOB, type(uint256).max);
        vm.expectEmit(address(token));
        emit IERC20.Transfer(address(0), BOB, SEED);
        token.mint(BOB, SEED);
        vm.expectRevert(abi.encodeWithSelector(IComputeToken.CapExceeded.selector, 1, 0));
        token.mint(BOB, 1);
        vm.stopPrank();
        vm.assertEq(token.totalSupply() + token.emissionLeft(), token.CAP());
    }

    function test_A21_EmissionAndMintsKeepToTheirPartsOfTheCap() public {
        // The emission cannot use what redemption may re-mint, nor the other way round, in either order.
        vm.prank(EMITTER);
        token.mintEmission(BOB, 400_000_000e18);
        vm.assertEq(token.headroom(), SEED);
        vm.prank(EMITTER);
        vm.expectRevert(abi.encodeWithSelector(IComputeToken.EmissionBudgetExceeded.selector, 1, 0));
        token.mintEmission(BOB, 1);
        vm.prank(MINTER);
        token.mint(BOB, SEED);
        vm.assertEq(token.totalSupply(), token.CAP());
    }

    function test_EmissionLowersWhatIsLeft() public {
        vm.expectEmit(address(token));
        emit IComputeToken.EmissionIssued(BOB, 1_000e18, 399_999_000e18);
        vm.prank(EMITTER);
        token.mintEmission(BOB, 1_000e18);
        vm.assertEq(token.emissionLeft(), 399_999_000e18);
        vm.prank(BOB);
        token.burn(1_000e18); // what is burned does not come back to the budget
        vm.assertEq(token.emissionLeft(), 399_999_000e18);
        vm.assertEq(token.headroom(), SEED + 1_000e18);
    }

    function testFuzz_I1_NoOrderOfMintsBurnsAndEmissionPassesTheCap(uint256 seed) public {
        vm.prank(TREASURY);
        token.transfer(BOB, 300_000_000e18);
        for (uint256 i = 0; i < 24; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 amount = (seed >> 8) % 60_000_000e18;
            uint256 room = token.CAP() - token.totalSupply() - token.emissionLeft();
            if (seed % 4 == 0 && amount <= token.balanceOf(BOB)) {
                vm.prank(BOB);
                token.burn(amount);
            } else if (seed % 4 == 1 && amount <= token.emissionLeft()) {
                vm.prank(EMITTER);
                token.mintEmission(BOB, amount);
            } else {
                vm.prank(MINTER);
                (bool success, ) = address(token).call(abi.encodeCall(token.mint, (BOB, amount)));
                vm.assertEq(success, amount <= room);
            }
            vm.assertLe(token.totalSupply() + token.emissionLeft(), 1_000_000_000e18);
            vm.assertEq(token.headroom(), 1_000_000_000e18 - token.totalSupply() - token.emissionLeft());
        }
    }

    function test_RevertWhen_CallerIsNotTheStoredOne() public {
        vm.startPrank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IComputeToken.CallerNotTokenMinter.selector, STRANGER, MINTER));
        token.mint(STRANGER, 1);
        vm.expectRevert(abi.encodeWithSelector(IComputeToken.CallerNotTokenMinter.selector, STRANGER, MINTER));
        token.burnByMinter(TREASURY, 1);
        vm.expectRevert(abi.encodeWithSelector(IComputeToken.CallerNotEmitter.selector, STRANGER, EMITTER));
        token.mintEmission(STRANGER, 1);
        bytes memory unauthorized = abi.encodeWithSignature("AccessManagedUnauthorized(address)", STRANGER);
        vm.expectRevert(unauthorized);
        token.setMinter(STRANGER);
        vm.expectRevert(unauthorized);
        token.setEmitter(STRANGER);
        vm.stopPrank();
    }

    function test_ZeroRevokes() public {
        vm.expectEmit(address(token));
        emit IComputeToken.TokenMinterChanged(MINTER, address(0));
        token.setMinter(address(0));
        vm.expectEmit(address(token));
        emit IComputeToken.EmitterChanged(EMITTER, address(0));
        token.setEmitter(address(0));
        vm.prank(MINTER);
        vm.expectRevert(abi.encodeWithSelector(IComputeToken.CallerNotTokenMinter.selector, MINTER, address(0)));
        token.mint(BOB, 1);
        vm.prank(EMITTER);
        vm.expectRevert(abi.encodeWithSelector(IComputeToken.CallerNotEmitter.selector, EMITTER, address(0)));
        token.mintEmission(BOB, 1);
    }

    function test_RevertWhen_ReceiverIsZero() public {
        vm.prank(MINTER);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(0)));
        token.mint(address(0), 1);
    }
}

contract ComputeToken_burn_Test is TokenFixture {
    function test_MinterBurnsWithoutAllowance() public {
        vm.expectEmit(address(token));
        emit IERC20.Transfer(TREASURY, address(0), 5e18);
        vm.prank(MINTER);
        token.burnByMinter(TREASURY, 5e18);
        vm.assertEq(token.balanceOf(TREASURY), 570_000_000e18 - 5e18);
    }

    function test_BurnFromSpendsTheAllowance() public {
        vm.prank(TREASURY);
        token.approve(BOB, 10e18);
        vm.prank(BOB);
        token.burnFrom(TREASURY, 4e18);
        vm.assertEq(token.allowance(TREASURY, BOB), 6e18);
        vm.prank(BOB);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, BOB, 6e18, 6e18 + 1));
        token.burnFrom(TREASURY, 6e18 + 1);
    }

    function test_RevertWhen_BurningMoreThanHeld() public {
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, STRANGER, 0, 1));
        token.burn(1);
        vm.prank(MINTER);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, STRANGER, 0, 1));
        token.burnByMinter(STRANGER, 1);
    }

    /// @dev A31: an allowance is changed by permit for an exact value, once.
    function test_A31_PermitSetsAnExactAllowanceOnce() public {
        address owner = vm.addr(KEY);
        vm.prank(TREASURY);
        token.transfer(owner, 10e18);
        bytes32 message = keccak256(
            abi.encode(
                keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"),
                owner,
                BOB,
                3e18,
                0,
                block.timestamp
            )
        );
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), message));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, digest);
        token.permit(owner, BOB, 3e18, block.timestamp, v, r, s);
        vm.assertEq(token.allowance(owner, BOB), 3e18);
        vm.assertEq(token.nonces(owner), 1);
        // Replayed, it recovers somebody else, because the nonce has moved.
        (bool success, bytes memory result) = address(token).call(
            abi.encodeCall(token.permit, (owner, BOB, 3e18, block.timestamp, v, r, s))
        );
        vm.assertFalse(success);
        vm.assertEq(bytes32(bytes4(result)), bytes32(bytes4(keccak256("ERC2612InvalidSigner(address,address)"))));
        vm.prank(BOB);
        token.burnFrom(owner, 3e18);
        vm.assertEq(token.allowance(owner, BOB), 0);
    }
}
