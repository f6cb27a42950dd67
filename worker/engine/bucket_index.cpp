#include "worker/engine/bucket_index.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace flowyard::worker::engine {
namespace {

constexpr std::size_t kMaxBuckets = 1024;

using Line = BucketIndex::Line;

// Lines from each point to the next. Of points above each other the last begins a line, the first ends one.
std::vector<Line> lines_of(const double* xs, const double* ys, std::size_t count) {
  std::vector<Line> lines;
  for (std::size_t i = 0; i < count; ++i) {
    const bool last = i + 1 == count;
    if (!last && xs[i + 1] == xs[i]) continue;
    lines.push_back({xs[i], ys[i], last ? 0 : (ys[i + 1] - ys[i]) / (xs[i + 1] - xs[i])});
  }
  return lines;
}

// The bucket's number never decreases with x, rounding included: the lines of lower buckets begin at or
// before any x of this one, those of higher ones after it, and only the bucket's own must be compared with x.
std::size_t bucket_number(const BucketIndex& table, double x) {
  return static_cast<std::size_t>(std::clamp((x - table.origin) * table.scale, 0.0, table.last_bucket));
}

// Whether no two lines begin in one bucket, except the first, which has no predecessor.
bool apart(const BucketIndex& table, const std::vector<Line>& lines) {
  for (std::size_t i = 2; i < lines.size(); ++i)
    if (bucket_number(table, lines[i].x) == bucket_number(table, lines[i - 1].x)) return false;
  return true;
}

// Chooses the fewest buckets; false where too many would be needed.
bool divide(BucketIndex& table, const std::vector<Line>& lines) {
  const double span = lines.back().x - lines.front().x;
  table.origin = lines.front().x;
  for (std::size_t n = lines.size(); n <= kMaxBuckets; n += (n + 1) / 2) {
    table.scale = static_cast<double>(n) / span;
    table.last_bucket = static_cast<double>(n - 1);
    if (!std::isfinite(span) || !std::isfinite(table.scale)) return false;
    if (apart(table, lines)) return true;
  }
  return false;
}

void fill(const BucketIndex& table, const std::vector<Line>& lines,
          std::vector<BucketIndex::Bucket>& buckets) {
  const auto count = static_cast<std::size_t>(table.last_bucket) + 1;
  for (std::size_t b = 0, at = 0; b < count; ++b) {
    while (at + 1 < lines.size() && bucket_number(table, lines[at + 1].x) < b) ++at;
    const bool last = at + 1 == lines.size();
    buckets.push_back({.next_x = last ? std::numeric_limits<double>::infinity() : lines[at + 1].x,
                       .before = lines[at],
                       .after = lines[last ? at : at + 1]});
  }
}

}  // namespace

BucketIndexes::BucketIndexes(const std::vector<Table>& tables, const std::vector<double>& all_xs,
                             const std::vector<double>& all_ys, const std::vector<std::uint8_t>& replaced) {
  std::vector<std::size_t> firsts;
  for (std::size_t t = 0; t < tables.size(); ++t) {
    const Table& table = tables[t];
    const double* xs = all_xs.data() + table.first;
    const double* ys = all_ys.data() + table.first;
    const std::size_t last = table.count - 1;
    BucketIndex& made = tables_.emplace_back();
    made.first_x = xs[0];
    made.first_y = ys[0];
    made.last_x = xs[last];
    made.last_y = ys[last];
    firsts.push_back(buckets_.size());
    if (table.mode != TableMode::Clamp || replaced[t] != 0) continue;
    const auto lines = lines_of(xs, ys, table.count);
    if (divide(made, lines)) fill(made, lines, buckets_);
  }
  firsts.push_back(buckets_.size());
  for (std::size_t k = 0; k < tables_.size(); ++k)
    if (firsts[k] != firsts[k + 1]) tables_[k].buckets = buckets_.data() + firsts[k];
}

}  // namespace flowyard::worker::engine
