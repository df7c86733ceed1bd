// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";
import {IERC3009, IERC3009Cancel} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {IComputeDollar} from "../../../contracts/interfaces/IComputeDollar.sol";
import {ComputeDollar} from "../../../contracts/token/ComputeDollar.sol";
import {vm} from "../support/Vm.sol";

/// @notice A smart account that approves one digest, or behaves badly.
contract Account1271 is IERC1271 {
    bytes32 private _approved;
    uint256 private _mode;

    function approveDigest(bytes32 digest) external {
        _approved = digest;
    }

    /// @param mode 0 well, 1 wrong value, 2 short answer, 3 burns its gas, 4 answers far too much
    function setMode(uint256 mode) external {
        _mode = mode;
    }

    function isValidSignature(bytes32 digest, bytes calldata) external view returns (bytes4) {
        if (_mode == 1) return 0xffffffff;
        if (_mode == 2) {
            assembly {
                mstore(0, shl(224, 0x1626ba7e))
                return(0, 31)
            }
        }
        if (_mode == 3) {
            assembly {
                invalid()
            }
        }
        if (_mode == 4) {
            assembly {
                mstore(0, shl(224, 0x1626ba7e))
                return(0, 50000)
            }
        }
        return digest == _approved ? IERC1271.isValidSignature.selector : bytes4(0);
    }
}

contract ComputeDollar_authorization_Test {
    uint256 private constant KEY = 0xA11CE;
    uint256 private constant ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
    uint40 private constant START = 1_900_000_000;
    address private constant MINTER = address(0x317E);
    address private constant BOB = address(0xB0B);
    address private constant STRANGER = address(0x57A);
    bytes32 private constant NONCE = bytes32(uint256(7));

    // The type hashes as the standard gives them.
    bytes32 private constant TRANSFER = 0x7c7c6cdb67a18743f49ec6fa9b35f50d52ed05cbed4cc592e13b44501c1a2267;
    bytes32 private constant RECEIVE = 0xd099cc98ef71107a616c4f0f941f04c322d8e254fe26b3c6668db87aae413de8;
    bytes32 private constant CANCEL = 0x158b0a9edf7a828aad02f63cd515c68ef2f50ba807396f6d12842833a1597429;

    ComputeDollar private _dollar;
    AccessManager private _manager;
    Account1271 private _account;
    address private _alice;

    function setUp() public {
        vm.warp(START);
        _manager = new AccessManager(address(this));
        _dollar = new ComputeDollar(address(_manager));
        _dollar.setMinter(MINTER);
        _account = new Account1271();
        _alice = vm.addr(KEY);
        vm.startPrank(MINTER);
        _dollar.mint(_alice, 1000e18);
        _dollar.mint(address(_account), 1000e18);
        vm.stopPrank();
    }

    /// @dev The domain, written out: name, version, chain, contract.
    function _digest(bytes32 message) private view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Cardflow Compute Dollar"),
                keccak256("1"),
                block.chainid,
                address(_dollar)
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, message));
    }

    function _move(bytes32 kind, address from, uint256 value) private view returns (bytes32) {
        return _digest(keccak256(abi.encode(kind, from, BOB, value, START - 1, START + 1, NONCE)));
    }

    function _sign(bytes32 digest) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, digest);
        return abi.encodePacked(r, s, v);
    }

    function test_TypeHashesAndDomain() public view {
        vm.assertEq(
            TRANSFER,
            keccak256(
                "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
            )
        );
        vm.assertEq(
            RECEIVE,
            keccak256(
                "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
            )
        );
        vm.assertEq(CANCEL, keccak256("CancelAuthorization(address authorizer,bytes32 nonce)"));
        vm.assertEq(_dollar.version(), "1");
        vm.assertEq(_dollar.symbol(), "cfUSD");
        vm.assertEq(_dollar.decimals(), 18);
        vm.assertEq(keccak256(abi.encodePacked(hex"1901", _dollar.DOMAIN_SEPARATOR(), bytes32(0))), _digest(0));
    }

    function test_TransfersByVrs() public {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, _move(TRANSFER, _alice, 10e18));
        vm.assertFalse(_dollar.authorizationState(_alice, NONCE));
        vm.expectEmit(address(_dollar));
        emit IERC3009.AuthorizationUsed(_alice, NONCE);
        vm.prank(STRANGER);
        _dollar.transferWithAuthorization(_alice, BOB, 10e18, START - 1, START + 1, NONCE, v, r, s);
        vm.assertEq(_dollar.balanceOf(BOB), 10e18);
        vm.assertTrue(_dollar.authorizationState(_alice, NONCE));
    }

    function test_TransfersByBytes() public {
        bytes memory signature = _sign(_move(TRANSFER, _alice, 10e18));
        _dollar.transferWithAuthorization(_alice, BOB, 10e18, START - 1, START + 1, NONCE, signature);
        vm.assertEq(_dollar.balanceOf(BOB), 10e18);
        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009UsedAuthorization.selector, _alice, NONCE));
        _dollar.transferWithAuthorization(_alice, BOB, 10e18, START - 1, START + 1, NONCE, signature);
    }

    function test_ReceivesByVrsAndBytesOnlyForTheCaller() public {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, _move(RECEIVE, _alice, 10e18));
        bytes memory signature = abi.encodePacked(r, s, v);
        vm.startPrank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, BOB));
        _dollar.receiveWithAuthorization(_alice, BOB, 10e18, START - 1, START + 1, NONCE, signature);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, BOB));
        _dollar.receiveWithAuthorization(_alice, BOB, 10e18, START - 1, START + 1, NONCE, v, r, s);
        // Nor does it serve as a plain transfer.
        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009InvalidSignature.selector));
        _dollar.transferWithAuthorization(_alice, BOB, 10e18, START - 1, START + 1, NONCE, signature);
        vm.stopPrank();
        vm.prank(BOB);
        _dollar.receiveWithAuthorization(_alice, BOB, 10e18, START - 1, START + 1, NONCE, signature);
        vm.assertEq(_dollar.balanceOf(BOB), 10e18);
        vm.prank(BOB);
        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009UsedAuthorization.selector, _alice, NONCE));
        _dollar.receiveWithAuthorization(_alice, BOB, 10e18, START - 1, START + 1, NONCE, v, r, s);
    }

    function test_CancelsByVrsAndBytes() public {
        bytes32 digest = _digest(keccak256(abi.encode(CANCEL, _alice, NONCE)));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, digest);
        vm.expectEmit(address(_dollar));
        emit IERC3009Cancel.AuthorizationCanceled(_alice, NONCE);
        _dollar.cancelAuthorization(_alice, NONCE, abi.encodePacked(r, s, v));
        vm.assertTrue(_dollar.authorizationState(_alice, NONCE));
        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009UsedAuthorization.selector, _alice, NONCE));
        _dollar.cancelAuthorization(_alice, NONCE, v, r, s);
        bytes memory signature = _sign(_move(TRANSFER, _alice, 10e18));
        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009UsedAuthorization.selector, _alice, NONCE));
        _dollar.transferWithAuthorization(_alice, BOB, 10e18, START - 1, START + 1, NONCE, signature);
    }

    function test_RevertWhen_OutsideItsTime() public {
        bytes memory signature = _sign(_move(TRANSFER, _alice, 10e18));
        bytes memory reason = abi.encodeWithSelector(
            ERC3009.ERC3009InvalidAuthorizationTime.selector,
            START - 1,
            START + 1
        );
        vm.warp(START - 1);
        vm.expectRevert(reason);
        _dollar.transferWithAuthorization(_alice, BOB, 10e18, START - 1, START + 1, NONCE, signature);
        vm.warp(START + 1);
        vm.expectRevert(reason);
        _dollar.transferWithAuthorization(_alice, BOB, 10e18, START - 1, START + 1, NONCE, signature);
    }

    /// @dev Times are seconds, also where some library reads a high bit as "block numbers".
    function test_TimesAreAlwaysSeconds() public {
        uint256 flag = 1 << 47;
        bytes32 message = keccak256(abi.encode(TRANSFER, _alice, BOB, 10e18, flag, type(uint256).max, NONCE));
        bytes memory signature = _sign(_digest(message));
        vm.expectRevert(
            abi.encodeWithSelector(ERC3009.ERC3009InvalidAuthorizationTime.selector, flag, type(uint256).max)
        );
        _dollar.transferWithAuthorization(_alice, BOB, 10e18, flag, type(uint256).max, NONCE, signature);
    }

    function test_A43_RevertWhen_SignatureIsFlippedCompactOrSomeoneElses() public {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, _move(TRANSFER, _alice, 10e18));
        bytes[5] memory bad = [
            abi.encodePacked(r, bytes32(ORDER - uint256(s)), uint8(v == 27 ? 28 : 27)),
            abi.encodePacked(r, bytes32(uint256(s) | (uint256(v - 27) << 255))),
            abi.encodePacked(r, s, v, bytes1(0)),
            abi.encodePacked(bytes32(0), bytes32(0), uint8(27)),
            bytes("")
        ];
        bytes memory reason = abi.encodeWithSelector(ERC3009.ERC3009InvalidSignature.selector);
        for (uint256 i = 0; i < bad.length; ++i) {
            vm.expectRevert(reason);
            _dollar.transferWithAuthorization(_alice, BOB, 10e18, START - 1, START + 1, NONCE, bad[i]);
            vm.expectRevert(reason);
            _dollar.transferWithAuthorization(address(0), BOB, 10e18, START - 1, START + 1, NONCE, bad[i]);
        }
        bytes memory good = abi.encodePacked(r, s, v);
        vm.expectRevert(reason);
        _dollar.transferWithAuthorization(_alice, BOB, 10e18 + 1, START - 1, START + 1, NONCE, good);
        vm.expectRevert(reason);
        _dollar.transferWithAuthorization(BOB, BOB, 10e18, START - 1, START + 1, NONCE, good);
        vm.expectRevert(reason);
        _dollar.cancelAuthorization(_alice, NONCE, good);
        _dollar.transferWithAuthorization(_alice, BOB, 10e18, START - 1, START + 1, NONCE, good);
    }

    function test_SmartAccountSignsByErc1271() public {
        bytes32 digest = _move(TRANSFER, address(_account), 10e18);
        bytes memory any = hex"c0ffee";
        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009InvalidSignature.selector));
        _dollar.transferWithAuthorization(address(_account), BOB, 10e18, START - 1, START + 1, NONCE, any);
        _account.approveDigest(digest);
        _dollar.transferWithAuthorization(address(_account), BOB, 10e18, START - 1, START + 1, NONCE, any);
        vm.assertEq(_dollar.balanceOf(BOB), 10e18);

        _account.approveDigest(_digest(keccak256(abi.encode(CANCEL, address(_account), bytes32(uint256(8))))));
        _dollar.cancelAuthorization(address(_account), bytes32(uint256(8)), any);
        vm.assertTrue(_dollar.authorizationState(address(_account), bytes32(uint256(8))));
    }

    function test_RevertWhen_SmartAccountAnswersBadly() public {
        _account.approveDigest(_move(TRANSFER, address(_account), 10e18));
        for (uint256 mode = 1; mode < 4; ++mode) {
            _account.setMode(mode);
            vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009InvalidSignature.selector));
            _dollar.transferWithAuthorization(address(_account), BOB, 10e18, START - 1, START + 1, NONCE, hex"01");
        }
        // One that burns its gas costs at most the 150 000 it is given.
        _account.setMode(3);
        uint256 before = gasleft();
        (bool success, ) = address(_dollar).call(
            abi.encodeWithSignature(
                "transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)",
                address(_account),
                BOB,
                10e18,
                START - 1,
                START + 1,
                NONCE,
                hex"01"
            )
        );
        vm.assertFalse(success);
        vm.assertLt(before - gasleft(), 200_000);
        // One that answers 50 000 bytes is read for its first 32.
        _account.setMode(4);
        _dollar.transferWithAuthorization(address(_account), BOB, 10e18, START - 1, START + 1, NONCE, hex"01");
    }

    /// @dev An account that delegates its code (EIP-7702) still signs with its key.
    function test_KeySignsForAnAccountWithCode() public {
        vm.etch(_alice, address(_account).code);
        bytes memory signature = _sign(_move(TRANSFER, _alice, 10e18));
        _dollar.transferWithAuthorization(_alice, BOB, 10e18, START - 1, START + 1, NONCE, signature);
        vm.assertEq(_dollar.balanceOf(BOB), 10e18);
    }

    function test_A45_A46_SignatureIsBoundToChainAndContract() public {
        bytes memory signature = _sign(_move(TRANSFER, _alice, 10e18));
        ComputeDollar other = new ComputeDollar(address(_manager));
        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009InvalidSignature.selector));
        other.transferWithAuthorization(_alice, BOB, 10e18, START - 1, START + 1, NONCE, signature);
        uint256 chain = block.chainid;
        vm.chainId(chain + 1);
        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009InvalidSignature.selector));
        _dollar.transferWithAuthorization(_alice, BOB, 10e18, START - 1, START + 1, NONCE, signature);
        vm.chainId(chain);
        _dollar.transferWithAuthorization(_alice, BOB, 10e18, START - 1, START + 1, NONCE, signature);
    }
}

contract ComputeDollar_mint_Test {
    address private constant MINTER = address(0x317E);
    address private constant BOB = address(0xB0B);
    address private constant STRANGER = address(0x57A);

    ComputeDollar private _dollar;

    function setUp() public {
        _dollar = new ComputeDollar(address(new AccessManager(address(this))));
        _dollar.setMinter(MINTER);
    }

    function test_OnlyTheMinterMintsAndBurns() public {
        vm.startPrank(MINTER);
        _dollar.mint(BOB, 10);
        _dollar.burn(BOB, 4);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, BOB, 6, 7));
        _dollar.burn(BOB, 7);
        vm.stopPrank();
        vm.assertEq(_dollar.totalSupply(), 6);

        vm.startPrank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IComputeDollar.CallerNotDollarMinter.selector, STRANGER, MINTER));
        _dollar.mint(STRANGER, 1);
        vm.expectRevert(abi.encodeWithSelector(IComputeDollar.CallerNotDollarMinter.selector, STRANGER, MINTER));
        _dollar.burn(BOB, 1);
        vm.expectRevert(abi.encodeWithSignature("AccessManagedUnauthorized(address)", STRANGER));
        _dollar.setMinter(STRANGER);
        vm.stopPrank();
    }

    function test_ZeroRevokes() public {
        vm.expectEmit(address(_dollar));
        emit IComputeDollar.DollarMinterChanged(MINTER, address(0));
        _dollar.setMinter(address(0));
        vm.assertEq(_dollar.minter(), address(0));
        vm.prank(MINTER);
        vm.expectRevert(abi.encodeWithSelector(IComputeDollar.CallerNotDollarMinter.selector, MINTER, address(0)));
        _dollar.mint(BOB, 1);
    }
}
