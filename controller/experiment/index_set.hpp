// IndexSet: a set of scenario indices kept as disjoint, sorted runs; small as long as work is done in runs.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "controller/experiment/lease.hpp"

namespace flowyard::controller::experiment {

class IndexSet {
 public:
  void add(IndexRange range);
  void remove(IndexRange range);
  bool contains(std::uint64_t index) const;
  std::uint64_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  // The run that holds the least index not below `from`, cut off in front at `from`; empty (count 0) if none.
  IndexRange first_run(std::uint64_t from = 0) const;
  std::vector<IndexRange> runs() const;

  bool operator==(const IndexSet&) const = default;

 private:
  std::map<std::uint64_t, std::uint64_t> runs_;  // first -> end
  std::uint64_t size_ = 0;
};

}  // namespace flowyard::controller::experiment
