#include "controller/experiment/index_set.hpp"

#include <algorithm>

namespace flowyard::controller::experiment {

void IndexSet::add(IndexRange range) {
  if (range.count == 0) return;
  remove(range);
  std::uint64_t first = range.first;
  std::uint64_t end = range.end();
  size_ += range.count;
  const auto after = runs_.find(end);
  if (after != runs_.end()) {
    end = after->second;
    runs_.erase(after);
  }
  auto before = runs_.lower_bound(first);
  if (before != runs_.begin() && std::prev(before)->second == first) {
    std::prev(before)->second = end;
    return;
  }
  runs_.emplace(first, end);
}

void IndexSet::remove(IndexRange range) {
  if (range.count == 0) return;
  auto run = runs_.upper_bound(range.first);
  if (run != runs_.begin()) --run;
  while (run != runs_.end() && run->first < range.end()) {
    const auto [first, end] = *run;
    const std::uint64_t cut_first = std::max(first, range.first);
    const std::uint64_t cut_end = std::min(end, range.end());
    if (cut_first >= cut_end) {
      ++run;
      continue;
    }
    run = runs_.erase(run);
    size_ -= cut_end - cut_first;
    if (first < cut_first) runs_.emplace(first, cut_first);
    if (cut_end < end) run = runs_.emplace(cut_end, end).first;
  }
}

bool IndexSet::contains(std::uint64_t index) const {
  const auto after = runs_.upper_bound(index);
  return after != runs_.begin() && std::prev(after)->second > index;
}

IndexRange IndexSet::first_run(std::uint64_t from) const {
  auto run = runs_.upper_bound(from);
  if (run != runs_.begin() && std::prev(run)->second > from) return {from, std::prev(run)->second - from};
  if (run == runs_.end()) return {};
  return {run->first, run->second - run->first};
}

std::vector<IndexRange> IndexSet::runs() const {
  std::vector<IndexRange> all;
  for (const auto& [first, end] : runs_) all.push_back({first, end - first});
  return all;
}

}  // namespace flowyard::controller::experiment
