// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";
import {IComputeDollar} from "../interfaces/IComputeDollar.sol";
import {SignatureCheck} from "./libraries/SignatureCheck.sol";

/// @title cfUSD, the dollar that is made by burning CARD
/// @notice See `IComputeDollar`.
/// @dev Trusts the stored minter, which is set through the AccessManager, with its delay.
contract ComputeDollar is ERC20Permit, ERC3009, AccessManaged, IComputeDollar {
    address private _minter;

    /// @param authority the AccessManager
    constructor(
        address authority
    ) ERC20("Cardflow Compute Dollar", "cfUSD") ERC20Permit("Cardflow Compute Dollar") AccessManaged(authority) {}

    /* VIEWS */

    /// @inheritdoc IComputeDollar
    function minter() external view returns (address) {
        return _minter;
    }

    /// @inheritdoc IComputeDollar
    function version() external view returns (string memory) {
        return _EIP712Version();
    }

    /// @inheritdoc IERC20Permit
    function nonces(address owner) public view override(ERC20Permit, IERC20Permit) returns (uint256) {
        return super.nonces(owner);
    }

    /* HOLDER */

    /// @inheritdoc IComputeDollar
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external {
        bytes32 message = keccak256(
            abi.encode(TRANSFER_WITH_AUTHORIZATION_TYPEHASH, from, to, value, validAfter, validBefore, nonce)
        );
        _requireSigned(from, message, signature);
        _transferWithAuthorization(from, to, value, validAfter, validBefore, nonce);
    }

    /// @inheritdoc IComputeDollar
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external {
        require(to == msg.sender, ERC20InvalidReceiver(to));
        bytes32 message = keccak256(
            abi.encode(RECEIVE_WITH_AUTHORIZATION_TYPEHASH, from, to, value, validAfter, validBefore, nonce)
        );
        _requireSigned(from, message, signature);
        _transferWithAuthorization(from, to, value, validAfter, validBefore, nonce);
    }

    /// @inheritdoc IComputeDollar
    function cancelAuthorization(address authorizer, bytes32 nonce, bytes calldata signature) external {
        bytes32 message = keccak256(abi.encode(CANCEL_AUTHORIZATION_TYPEHASH, authorizer, nonce));
        _requireSigned(authorizer, message, signature);
        _cancelAuthorization(authorizer, nonce);
    }

    /* MINTER */

    /// @inheritdoc IComputeDollar
    function mint(address to, uint256 amount) external {
        require(msg.sender == _minter, CallerNotDollarMinter(msg.sender, _minter));
        _mint(to, amount);
    }

    /// @inheritdoc IComputeDollar
    function burn(address from, uint256 amount) external {
        require(msg.sender == _minter, CallerNotDollarMinter(msg.sender, _minter));
        _burn(from, amount);
    }

    /* GOVERNANCE */

    /// @inheritdoc IComputeDollar
    function setMinter(address newMinter) external restricted {
        emit DollarMinterChanged(_minter, newMinter);
        _minter = newMinter;
    }

    /* INTERNAL */

    function _requireSigned(address signer, bytes32 message, bytes calldata signature) private view {
        require(SignatureCheck.isValid(signer, _hashTypedDataV4(message), signature), ERC3009InvalidSignature());
    }

    /// @dev Seconds only, as ERC-3009 says; the library also reads some values as block numbers.
    function _checkValidity(uint256 validAfter, uint256 validBefore) internal view override {
        require(
            block.timestamp > validAfter && block.timestamp < validBefore,
            ERC3009InvalidAuthorizationTime(validAfter, validBefore)
        );
    }
}
