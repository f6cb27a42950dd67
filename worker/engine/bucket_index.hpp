// BucketIndex: a table prepared for frequent look-up. One multiplication maps x to a bucket with at most one
// point, so one comparison selects the line, whatever the table's length. Built for all tables of a run, then
// immutable. Gives the same bits as lookup_clamp in lookup.hpp.
#pragma once

#include <cstdint>
#include <vector>

#include "worker/engine/program.hpp"

namespace flowyard::worker::engine {

struct BucketIndex {
  struct Line {
    double x = 0;
    double y = 0;
    double slope = 0;
  };
  struct alignas(64) Bucket {
    double next_x = 0;  // from here on `after` holds
    Line before;
    double unused = 0;
    Line after;
  };

  // nullptr: no such buckets, another mode than Clamp, or a number in the table's place
  const Bucket* buckets = nullptr;
  double origin = 0;
  double scale = 0;        // buckets per unit of x
  double last_bucket = 0;  // its number
  double first_x = 0, first_y = 0, last_x = 0, last_y = 0;

  // NaN is in the first.
  const Bucket& bucket_of(double x) const {
    const double place = (x - origin) * scale;
    const double not_before = place > 0 ? place : 0;
    return buckets[static_cast<std::int32_t>(not_before < last_bucket ? not_before : last_bucket)];
  }
};

class BucketIndexes {
 public:
  BucketIndexes() = default;
  BucketIndexes(const std::vector<Table>& tables, const std::vector<double>& xs,
                const std::vector<double>& ys, const std::vector<std::uint8_t>& replaced);
  // Tables point into the vector of buckets.
  BucketIndexes(BucketIndexes&&) = default;
  BucketIndexes& operator=(BucketIndexes&&) = default;

  const BucketIndex* tables() const { return tables_.data(); }

 private:
  std::vector<BucketIndex> tables_;
  std::vector<BucketIndex::Bucket> buckets_;
};

}  // namespace flowyard::worker::engine
