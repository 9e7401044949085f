"""Build the table in numpy.

task: agreement
"""


def agreement(first, second):
    ids = [name for name in first if second.get(name) is not None]
    labels = sorted({first[i] for i in ids} | {second[i] for i in ids})
    at = {label: place for place, label in enumerate(labels)}
    table = np.zeros((len(labels), len(labels)))
    for i in ids:
        table[at[first[i]], at[second[i]]] += 1 / len(ids)
    observed = float(np.trace(table))
    made = {"n": len(ids), "observed": observed, "kappa": None, "low": None, "high": None}
    made["disputed"] = [i for i in ids if first[i] != second[i]]
    if len(labels) < 2:
        return made
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    chance = float(rows @ columns)
    kappa = (observed - chance) / (1 - chance)
    terms = table * ((columns[:, None] + rows[None, :]) * (1 - kappa)) ** 2
    diagonal = np.diag(table) * (1 - (rows + columns) * (1 - kappa)) ** 2
    bracket = terms.sum() - np.trace(terms) + diagonal.sum() - (kappa - chance * (1 - kappa)) ** 2
    half = 1.96 * math.sqrt(max(float(bracket), 0) / len(ids)) / (1 - chance)
    return made | {"kappa": kappa, "low": kappa - half, "high": kappa + half}
