// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

// Named here so that they are compiled.
import {ConduitController} from "seaport-core/src/conduit/ConduitController.sol";
import {Seaport} from "seaport-core/src/Seaport.sol";
