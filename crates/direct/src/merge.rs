//! Nodes whose volts differ by a fixed number: joined by zero ohms or by a source that stands firm.
//!
//! They share one unknown. What flows *through* such joints no volts tell: it follows from what arrives at their nodes, unless a
//! loop of zero ohms leaves the split open.

/// A forest over nodes in which every node knows how many volts it stands above its root.
#[derive(Debug)]
pub(crate) struct Forest {
    parent: Vec<u32>,
    above: Vec<f64>,
    size: Vec<u32>,
}

impl Forest {
    pub(crate) fn new(nodes: usize) -> Self {
        let count = u32::try_from(nodes).expect("nodes are counted in 32 bits");
        Self { parent: (0..count).collect(), above: vec![0.0; nodes], size: vec![1; nodes] }
    }

    /// The root of a node, and the node's volts above it.
    pub(crate) fn find(&mut self, node: u32) -> (u32, f64) {
        let (mut root, mut height) = (node, 0.0);
        while self.parent[root as usize] != root {
            height += self.above[root as usize];
            root = self.parent[root as usize];
        }
        let (mut at, mut left) = (node, height);
        while self.parent[at as usize] != root && at != root {
            let (next, step) = (self.parent[at as usize], self.above[at as usize]);
            (self.parent[at as usize], self.above[at as usize]) = (root, left);
            left -= step;
            at = next;
        }
        (root, height)
    }

    /// Puts `a` `volts` above `b`; false where they are one already.
    pub(crate) fn join(&mut self, a: u32, b: u32, volts: f64) -> bool {
        let ((root_a, height_a), (root_b, height_b)) = (self.find(a), self.find(b));
        if root_a == root_b {
            return false;
        }
        // v(root_a) + height_a = v(root_b) + height_b + volts
        let apart = height_b + volts - height_a;
        let (child, root, above) = if self.size[root_a as usize] <= self.size[root_b as usize] {
            (root_a, root_b, apart)
        } else {
            (root_b, root_a, -apart)
        };
        self.parent[child as usize] = root;
        self.above[child as usize] = above;
        self.size[root as usize] += self.size[child as usize];
        true
    }
}

/// A joint of a fixed number of volts, between nodes of one island.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Joint {
    /// The element.
    pub element: u32,
    /// Its ends.
    pub ends: [u32; 2],
    /// Whether it closes a loop of joints.
    pub closes: bool,
}

/// A label that tells loops apart; 64 bits of it are as good as random.
fn label(element: u32) -> u64 {
    let mut bits = (u64::from(element) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// Amperes through each joint from `ends[0]` to `ends[1]`; `None` on a loop of joints.
///
/// `arrives` is what all other elements bring to each node, amperes. A joint lies on a loop where the labels of the closing
/// joints beyond it do not cancel (a false answer has a chance of 2⁻⁶⁴).
pub(crate) fn through(joints: &[Joint], arrives: &[f64]) -> Vec<Option<f64>> {
    let nodes = arrives.len();
    let mut start = vec![0usize; nodes + 1];
    let tree = || joints.iter().enumerate().filter(|(_, joint)| !joint.closes);
    for (_, joint) in tree() {
        for end in joint.ends {
            start[end as usize + 1] += 1;
        }
    }
    for node in 0..nodes {
        start[node + 1] += start[node];
    }
    let mut next = start.clone();
    let mut around = vec![0usize; start[nodes]];
    for (index, joint) in tree() {
        for end in joint.ends {
            around[next[end as usize]] = index;
            next[end as usize] += 1;
        }
    }
    let mut labels = vec![0u64; nodes];
    for joint in joints.iter().filter(|joint| joint.closes) {
        for end in joint.ends {
            labels[end as usize] ^= label(joint.element);
        }
    }
    let mut amperes = vec![None; joints.len()];
    let mut sums = arrives.to_vec();
    let mut seen = vec![false; nodes];
    let mut order: Vec<(usize, Option<usize>)> = Vec::new();
    for root in 0..nodes {
        if seen[root] || start[root] == start[root + 1] {
            continue;
        }
        seen[root] = true;
        let from = order.len();
        order.push((root, None));
        let mut at = from;
        while at < order.len() {
            let node = order[at].0;
            for &index in &around[start[node]..start[node + 1]] {
                let ends = joints[index].ends;
                let other = (if ends[0] as usize == node { ends[1] } else { ends[0] }) as usize;
                if !std::mem::replace(&mut seen[other], true) {
                    order.push((other, Some(index)));
                }
            }
            at += 1;
        }
    }
    for &(node, up) in order.iter().rev() {
        let Some(index) = up else { continue };
        let ends = joints[index].ends;
        let from_node = ends[0] as usize == node;
        let parent = (if from_node { ends[1] } else { ends[0] }) as usize;
        if labels[node] == 0 {
            amperes[index] = Some(if from_node { sums[node] } else { -sums[node] });
        }
        labels[parent] ^= labels[node];
        sums[parent] += sums[node];
    }
    amperes
}
