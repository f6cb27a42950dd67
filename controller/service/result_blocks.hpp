// Stored result chunks as blocks that tables and exports read. Pure.
#pragma once

#include <string>

#include "common/base/result.hpp"
#include "controller/results/tables.hpp"
#include "controller/store/store.hpp"

namespace flowyard::controller::service {

// Fails only on a damaged store.
Result<results::ResultBlock> block_of(const store::ChunkRow& row, const std::string& worker);

}  // namespace flowyard::controller::service
