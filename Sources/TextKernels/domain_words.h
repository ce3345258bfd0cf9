#pragma once
// The words that `text_domain_counts` knows, each with its kinds. Lower case, at most 16 letters.

enum {
  FUNCTION_WORD = 1,
  MATH_WORD = 2,
  REASONING_WORD = 4,
  LATEX_MATH = 8,       // after a backslash
  AFTER_WE = 16,        // "we get"
  IS_WE = 32,
  IS_STEP = 64,
  CODE_START = 128,     // as the first word of a line
  IS_THINK = 256,
};

typedef struct {
  int kinds;
  const char *words;  // separated by one space
} domain_word_list;

static const domain_word_list domain_words[] = {
    {FUNCTION_WORD,
     "the of and to a in is that it was he for on with as his be at by had not are but from or an "
     "they which you were her she there one all their has would when who will more no if out so said "
     "what up its about into than them can only other some could these two may then do my like our "
     "over such me him how been this have i your"},
    {MATH_WORD,
     "theorem theorems lemma lemmas corollary proposition conjecture axiom axioms polynomial "
     "polynomials integral integrals integrable derivative derivatives differential differentiable "
     "matrix matrices determinant eigenvalue eigenvalues eigenvector eigenvectors scalar algebra "
     "algebras algebraic homomorphism homomorphisms isomorphism isomorphisms isomorphic morphism "
     "morphisms automorphism topology topological manifold manifolds modulo logarithm logarithmic "
     "cosine sine tangent trigonometric hyperbolic equation equations inequality inequalities "
     "infinite infinity converges convergence convergent coefficient coefficients permutation "
     "permutations subgroup subgroups abelian quotient ideal ideals rational irrational integers "
     "factorization factorial numerator denominator quadratic cubic orthogonal hermitian symmetric "
     "lattice cardinality bijection injective surjective commutative associative euclidean "
     "geometry geometric vertices combinatorial binomial fourier laplace bessel gaussian probability "
     "cohomology homotopy functor functors sheaf sheaves exponent exponents sqrt qed math "
     "mathematics mathematical"},
    {REASONING_WORD | MATH_WORD, "proof proofs"},
    {REASONING_WORD,
     "therefore hence thus suppose supposing assume assuming assumption because since implies imply "
     "implied conclude concludes conclusion consequently contradiction deduce deduces deduced "
     "follows infer inferred reasoning premise premises altogether whence thereby"},
    {AFTER_WE, "get have obtain find know need see conclude note write show let"},
    {IS_WE, "we"},
    {IS_STEP, "step"},
    {IS_THINK, "think"},
    {LATEX_MATH,
     "frac dfrac tfrac sum prod int iint oint lim sup inf max min alpha beta gamma delta epsilon "
     "varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi "
     "varphi chi psi omega partial nabla infty sqrt cdot cdots ldots dots times div pm mp leq geq le "
     "ge neq ne equiv approx sim simeq cong propto subset subseteq supset supseteq cup cap bigcup "
     "bigcap setminus emptyset varnothing in notin ni forall exists neg land lor wedge vee oplus "
     "otimes bigoplus to mapsto rightarrow leftarrow longrightarrow longleftarrow leftrightarrow "
     "hookrightarrow uparrow downarrow implies iff mathbb mathbf mathcal mathfrak "
     "mathrm mathsf mathit mathscr operatorname overline underline widehat widetilde hat tilde bar "
     "vec dot ddot binom choose left right langle rangle lfloor rfloor lceil rceil mid parallel perp "
     "angle triangle circ bullet star ast prime colim log ln exp sin cos tan det dim ker hom deg gcd "
     "mod bmod pmod label eqref xymatrix"},
    {CODE_START,
     "def func import class public private protected static const void package struct elif fn impl "
     "typedef namespace extern inline enum interface var sub elsif endif fi done esac template "
     "virtual override async await yield raise throw throws try catch finally except switch elseif "
     "endfunction unsigned char bool boolean int float double string printf print self foreach goto "
     "mod pub export module require lambda"},
};
