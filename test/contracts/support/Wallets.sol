// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @notice A smart account that does what it is told by anyone, for tests only.
abstract contract Wallet is IERC1271 {
    function perform(address target, bytes calldata data) external returns (bytes memory) {
        (bool success, bytes memory answer) = target.call(data);
        if (!success) {
            assembly ("memory-safe") {
                revert(add(answer, 0x20), mload(answer))
            }
        }
        return answer;
    }
}

/// @notice Accepts the signatures of one key, which can be rotated.
contract KeyWallet is Wallet {
    address public key;

    constructor(address key_) {
        key = key_;
    }

    function rotate(address key_) external {
        key = key_;
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        (address signer, ECDSA.RecoverError failure, ) = ECDSA.tryRecover(digest, signature);
        bool good = failure == ECDSA.RecoverError.NoError && signer == key;
        return good ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }
}

/// @notice Accepts everything.
contract YesWallet is Wallet {
    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        return IERC1271.isValidSignature.selector;
    }
}

/// @notice Answers as it is told: with `size` bytes, the first of which say yes.
contract LongAnswerWallet is Wallet {
    uint256 private immutable SIZE;

    constructor(uint256 size) {
        SIZE = size;
    }

    function isValidSignature(bytes32, bytes calldata) external view returns (bytes4) {
        bytes4 yes = IERC1271.isValidSignature.selector;
        uint256 size = SIZE;
        assembly ("memory-safe") {
            let answer := mload(0x40)
            mstore(answer, yes)
            return(answer, size)
        }
    }
}

/// @notice Uses up all the gas it gets.
contract BurningWallet is Wallet {
    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        assembly ("memory-safe") {
            invalid()
        }
    }
}

/// @notice Makes a call while it is asked, and says yes only if that call succeeds.
contract CallingWallet is Wallet {
    address private _target;
    bytes private _call;

    function prepare(address target, bytes calldata call_) external {
        (_target, _call) = (target, call_);
    }

    function isValidSignature(bytes32, bytes calldata) external view returns (bytes4) {
        // The interface is a view; the call below is made as any contract would make it.
        function(address, bytes memory) internal view returns (bool) attempt;
        function(address, bytes memory) internal returns (bool) real = _attempt;
        assembly {
            attempt := real
        }
        return attempt(_target, _call) ? IERC1271.isValidSignature.selector : bytes4(0);
    }

    function _attempt(address target, bytes memory call_) private returns (bool success) {
        (success, ) = target.call(call_);
    }
}

/// @notice Says yes only while a view of another contract answers as expected.
contract ReadingWallet is Wallet {
    address private _target;
    bytes private _call;
    bytes32 private _expected;

    function prepare(address target, bytes calldata call_, bytes calldata expected) external {
        (_target, _call, _expected) = (target, call_, keccak256(expected));
    }

    function isValidSignature(bytes32, bytes calldata) external view returns (bytes4) {
        (, bytes memory answer) = _target.staticcall(_call);
        return keccak256(answer) == _expected ? IERC1271.isValidSignature.selector : bytes4(0);
    }
}

/// @notice Notes every call and every wei it gets.
contract Listener {
    uint256 public calls;

    fallback() external payable {
        ++calls;
    }

    receive() external payable {
        ++calls;
    }
}
