#include "worker/engine/lookup_kernels.hpp"

#include "worker/engine/bucket_index.hpp"
#include "worker/engine/cached_segment.hpp"
#include "worker/engine/lookup.hpp"
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace flowyard::worker::engine {
namespace {

double looked_up(const BucketIndex& t, double x) {
  const BucketIndex::Bucket& bucket = t.bucket_of(x);
  const BucketIndex::Line& line = bucket.next_x <= x ? bucket.after : bucket.before;
  if (x <= t.first_x) return t.first_y;
  if (x >= t.last_x) return t.last_y;
  return line.y + (x - line.x) * line.slope;  // NaN at NaN
}

void look_up_by_lane(const BucketIndex& table, const double* x, double* out, std::size_t lanes) {
  for (std::size_t i = 0; i < lanes; ++i) out[i] = looked_up(table, x[i]);
}

#if defined(__x86_64__)

// Four lanes at a time. A processor's gather is slower than a load for each lane and turning the rows into
// columns.
struct Columns {
  __m256d first, x, y, slope;
};
[[gnu::target("avx2"), gnu::always_inline]] inline Columns columns(const double* a, const double* b,
                                                                   const double* c, const double* d) {
  const __m256d ra = _mm256_load_pd(a), rb = _mm256_load_pd(b), rc = _mm256_load_pd(c),
                rd = _mm256_load_pd(d);
  const __m256d ab_even = _mm256_unpacklo_pd(ra, rb), ab_odd = _mm256_unpackhi_pd(ra, rb);
  const __m256d cd_even = _mm256_unpacklo_pd(rc, rd), cd_odd = _mm256_unpackhi_pd(rc, rd);
  return {_mm256_permute2f128_pd(ab_even, cd_even, 0x20), _mm256_permute2f128_pd(ab_odd, cd_odd, 0x20),
          _mm256_permute2f128_pd(ab_even, cd_even, 0x31), _mm256_permute2f128_pd(ab_odd, cd_odd, 0x31)};
}

[[gnu::target("avx2")]] void look_up_by_four(const BucketIndex& t, const double* from, double* out,
                                             std::size_t lanes) {
  const __m256d origin = _mm256_set1_pd(t.origin), scale = _mm256_set1_pd(t.scale);
  const __m256d last_bucket = _mm256_set1_pd(t.last_bucket);
  const __m256d first_x = _mm256_set1_pd(t.first_x), first_y = _mm256_set1_pd(t.first_y);
  const __m256d last_x = _mm256_set1_pd(t.last_x), last_y = _mm256_set1_pd(t.last_y);
  for (std::size_t i = 0; i < lanes; i += 4) {
    const __m256d x = _mm256_load_pd(from + i);
    __m256d place = _mm256_mul_pd(_mm256_sub_pd(x, origin), scale);
    place = _mm256_min_pd(_mm256_max_pd(place, _mm256_setzero_pd()), last_bucket);
    alignas(16) std::int32_t bucket[4];
    _mm_store_si128(reinterpret_cast<__m128i*>(bucket), _mm256_cvttpd_epi32(place));
    const auto row = [&](int lane) { return &t.buckets[bucket[lane]].next_x; };
    const Columns before = columns(row(0), row(1), row(2), row(3));
    const Columns after = columns(row(0) + 4, row(1) + 4, row(2) + 4, row(3) + 4);
    const __m256d next = _mm256_cmp_pd(before.first, x, _CMP_LE_OQ);
    const __m256d line_x = _mm256_blendv_pd(before.x, after.x, next);
    const __m256d line_y = _mm256_blendv_pd(before.y, after.y, next);
    const __m256d slope = _mm256_blendv_pd(before.slope, after.slope, next);
    __m256d value = _mm256_add_pd(line_y, _mm256_mul_pd(_mm256_sub_pd(x, line_x), slope));
    value = _mm256_blendv_pd(value, last_y, _mm256_cmp_pd(x, last_x, _CMP_GE_OQ));
    value = _mm256_blendv_pd(value, first_y, _mm256_cmp_pd(x, first_x, _CMP_LE_OQ));
    _mm256_store_pd(out + i, value);
  }
}

#endif

}  // namespace

void look_up_indexed(Level level, const Frame& f, const Instruction& in) {
  const BucketIndex& table = f.indexed[in.b];
  const double* x = f.slots + in.a * f.stride;
  double* out = f.slots + in.target * f.stride;
#if defined(__x86_64__)
  if (level != Level::Base && f.lanes > 1) return look_up_by_four(table, x, out, f.lanes);
#endif
  look_up_by_lane(table, x, out, f.lanes);
}

void look_up_alone(const Frame& f, const Instruction& in) {
  const Table& table = f.tables[in.b];
  const double* xs = f.xs + table.first;
  const double* ys = f.ys + table.first;
  const double x = f.slots[in.a];
  const bool replaced = f.table_replaced[in.b] != 0;
  const double number = f.slots[table.replacement];
  f.segments[in.b] = replaced ? segment_of(number) : segment_at(table.mode, xs, ys, table.count, x);
  f.slots[in.target] = replaced ? number : lookup(table.mode, xs, ys, table.count, x);
}

}  // namespace flowyard::worker::engine
