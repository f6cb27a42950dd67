// RowReader: the rows of an experiment's table of results, read from the store some thousands at a time, so
// that a table of any length needs the memory of a few chunks. On the service's executor; what it decodes and
// adds up runs in the pool. Lives for one request.
#pragma once

#include <optional>
#include <vector>

#include "common/async/blocking.hpp"
#include "controller/results/result_table.hpp"
#include "controller/store/store_thread.hpp"

namespace flowyard::controller::service {

class RowReader {
 public:
  // All outlive it.
  RowReader(store::StoreThread& store, async::BlockingPool& pool, experiment::ExperimentId id,
            const results::ResultTable& table)
      : store_(store), pool_(pool), id_(id), table_(table) {}

  // The rows first, first + 1, ... of the table. Throws for a damaged store.
  async::Task<std::vector<results::ResultRow>> read(std::uint64_t first, std::uint64_t count);

  // How many rows to ask for at once, at most.
  std::uint64_t rows_at_once() const;

 private:
  struct Window;
  async::Task<> read_faults(Window& window);  // what failed, and what is not finite
  // The chunk that holds the scenario, else the next one; none: the last was before it.
  async::Task<bool> find_block(std::uint64_t scenario);

  store::StoreThread& store_;
  async::BlockingPool& pool_;
  experiment::ExperimentId id_;
  const results::ResultTable& table_;
  std::optional<results::ResultBlock> block_;  // the last one: the next rows may be in it, too
};

}  // namespace flowyard::controller::service
