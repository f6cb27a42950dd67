// Functions of whole arrays, one lane at a time: ranking, matrix inversion, allocation of a scarce supply.
// Each reads `count` inputs and writes its outputs; `work` is scratch, sized by scratch_size().
#pragma once

#include <cstdint>

namespace flowyard::worker::engine {

// Vensim VECTOR SORT ORDER: out[i] is the 0-based position of what comes i-th; ascending for direction > 0.
// Equal values keep their order, NaN goes last.
void sort_order(const double* values, std::uint32_t count, double direction, double* out);

// Vensim VECTOR RANK: out[i] is the 1-based place of values[i] in that order.
void rank(const double* values, std::uint32_t count, double direction, double* out, double* work);

// The inverse of an n x n matrix, row-major, by Gauss-Jordan elimination with partial pivots; NaN all over
// for a singular one. `work` holds n * n numbers.
void invert_matrix(const double* matrix, std::uint32_t n, double* out, double* work);

// Vensim ALLOCATE AVAILABLE: requests[i] with profile[5 * i ..] = (request, type, priority, width, extra).
// Finds the price at which demand meets supply, by bisection. Types: 0 fixed, 1 rectangular, 2 triangular,
// 3 normal, 4 exponential, 5 constant elasticity.
void allocate_available(const double* profile, std::uint32_t count, double supply, double* out);

// Vensim ALLOCATE BY PRIORITY: rectangular profiles of one width around each priority.
void allocate_by_priority(const double* requests, const double* priorities, std::uint32_t count, double width,
                          double supply, double* out);

// Vensim FIND MARKET PRICE: the price at which demand curves meet supply curves, (quantity, type, price,
// width, extra) each; by bisection.
double find_market_price(const double* demand, std::uint32_t demands, const double* supply,
                         std::uint32_t supplies);

// Vensim DEMAND AT PRICE and SUPPLY AT PRICE: of one such curve.
double quantity_at_price(const double* numbers, bool supplied, double price);

// Vensim VECTOR LOOKUP: numbers are x, least x, greatest x, mode (0 to 9) and `count` values, evenly spread.
double vector_lookup(const double* numbers, std::uint32_t count);

}  // namespace flowyard::worker::engine
